"""SECURITY, read row by row: what shows each abuse of SMTP (S1–S17) and each bad input (1–32).

A name is a dialogue of tests/dialogues, `*` stands for any of them; `path::test` is a test of another kind.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
ABUSES = {
    "S1 false ends of data": "smuggling_* bare_line_feed_in_a_command bare_carriage_return_in_a_command "
    "smtpd/test_false_ends.py::test_at_every_place_and_cut_at_every_octet "
    "smtpd/test_corpus.py::test_nothing_is_smuggled",
    "S2 STARTTLS injection": "starttls_injection starttls",
    "S3 talking before the greeting": "early_talker "
    "smtpd/test_behind_a_neighbour.py::test_who_speaks_behind_the_proxy_before_our_greeting_is_an_early_talker",
    "S4 pipelining": "data_and_body_in_one_packet pipelined pipelined_ehlo pipelining_not_offered",
    "S5 long commands and lines": "command_of_512 mail_of_1000 endless_command long_lines line_too_long "
    "smtpd/test_framing.py::test_lengths_of_commands",
    "S6 size": "size_declared size_lied size_without_end size_at_the_limit too_much_at_once",
    "S7 slow and idle clients": "idle_client endless_session silent_data slow_data too_many_bad_commands "
    "commands_without_a_mail smtpd/test_sessions.py::test_one_session_too_many_is_refused_until_one_leaves "
    "smtpd/test_sessions.py::test_proved_mail_speaks_for_its_network_for_thirty_days "
    "smtpd/test_sessions.py::test_a_stranger_is_hurried_and_then_refused_where_most_sessions_are_in_use",
    "S8 guessing": "unknown_recipient noop_help_vrfy_expn smtpd/test_tarpit.py::test_a_flood_waits_until_it_ebbs",
    "S9 too many recipients": "hundred_recipients",
    "S10 open relay": "relaying submission_relays_nothing smtpd/test_policy_rcpt.py::test_elsewhere",
    "S11 characters of commands": "control_characters "
    "smtpd/test_corpus.py::test_fuzzing_inputs_store_nothing_and_leave_us_well",
    "S12 PROXY and XCLIENT of strangers": "stranger_tells_of_a_client other_protocols "
    "smtpd/test_behind_a_neighbour.py::test_a_header_from_a_stranger_is_another_protocol "
    "deploy/test_haproxy.py::test_who_comes_from_the_proxy_without_a_header_hears_nothing",
    "S13 other protocols": "browser tls_client other_protocols",
    "S14 crash before the disk": "bench/test_soak.py::test_nothing_is_lost_on_sqlite "
    "flows/test_crashes_on_postgresql.py::test_nothing_is_lost_on_postgresql",
    "S15 disk full, database down": "disk_full database_down store_down store_broken store_too_slow "
    "flows/test_trouble_is_temporary.py::test_full_disk_is_452_and_recovers "
    "flows/test_trouble_is_temporary.py::test_postgresql_stopped_is_451_and_recovers",
    "S16 doubled after a lost 250": "ingest/test_store.py::test_the_same_bytes_to_the_same_recipients_get_the_first_id "
    "smtpd/test_server.py::test_a_client_that_goes_away_after_the_dot_cancels_nothing",
    "S17 loops": "loop_of_hops loop_of_our_own thirty_hops "
    "flows/test_two_servers_face_each_other.py::test_a_mail_with_a_reverse_path_is_taken_once_and_never_answered",
}
INPUTS = {
    1: "smuggling_* smtpd/test_false_ends.py::test_a_receiver_closes_and_keeps_none_of_them",
    2: "bare_carriage_return_in_a_header",
    3: "early_talker",
    4: "data_and_body_in_one_packet pipelined",
    5: "starttls_injection",
    6: "command_of_512",
    7: "long_lines line_too_long",
    8: "silent_data slow_data",
    9: "shape_hidden_from",
    10: "shape_two_from_fields",
    11: "shape_two_authors shape_group_from",
    12: "shape_no_from shape_empty_from shape_null_from",
    13: "shape_eight_bit_name shape_line_without_colon",
    14: "name_of_somebody_else webui/test_shown.py::test_deceptive_names_are_noticed",
    15: "sender_not_approved_is_held sender_not_approved_refused",
    16: "sender_dmarc_reject",
    17: "sender_publishes_nothing sender_weak sender_publishes_nothing_refused",
    18: "sender_length_tag",
    19: "sender_deferred smtpd/test_server.py::test_trouble_of_a_domain_defers_for_four_hours_then_holds",
    20: "sender_many_signatures",
    21: "sender_unknown_sealer mailauth/test_trust.py::test_who_is_not_believed",
    22: "sender_forged_results mailauth/test_upstream.py::test_nobody_is_believed_who_is_no_relay_of_ours",
    23: "unknown_recipient smtpd/test_policy_rcpt.py::test_the_third_unknown_one_ends_the_session",
    24: "hundred_recipients",
    25: "many_addressees mail/test_worst_inputs.py::test_mail_is_read",
    26: "many_parameters mail/test_worst_inputs.py::test_mail_is_read",
    27: "deeply_nested mail/test_worst_inputs.py::test_mail_is_read",
    28: "size_declared size_lied size_at_the_limit",
    29: "disk_full flows/test_trouble_is_temporary.py::test_full_disk_is_452_and_recovers",
    30: "bench/test_soak.py::test_nothing_is_lost_on_sqlite "
    "flows/test_crashes_on_postgresql.py::test_nothing_is_lost_on_postgresql",
    31: "ingest/test_store.py::test_the_same_bytes_to_the_same_recipients_get_the_first_id "
    "ingest/test_store.py::test_other_bytes_recipients_or_companies_are_other_deliveries "
    "ingest/test_same_letter.py::test_two_mails",
    32: "null_reverse_path return_address ingest/test_robot.py::test_nobody_else_and_nothing_automatic_is_answered "
    "ingest/test_noticing.py::test_filed_mail_files_uploads_and_automatic_mail_tell_nobody "
    "flows/test_two_servers_face_each_other.py::test_a_captured_notice_is_answered_by_nobody",
}


@cache
def _tests_in(path: str) -> frozenset[str]:
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("row", "shown_by"), [*ABUSES.items(), *INPUTS.items()])
def test_the_row_is_shown(row: str | int, shown_by: str) -> None:
    for name in shown_by.split():
        path, _, test = name.partition("::")
        if test:
            assert test in _tests_in(path), f"{row}: there is no {name}"
        else:
            assert list((TESTS / "dialogues").glob(f"{path}.smtp")), f"{row}: there is no dialogue {name}"


def test_no_row_is_left_out() -> None:
    assert [row.partition(" ")[0] for row in ABUSES] == [f"S{number}" for number in range(1, 18)]
    assert list(INPUTS) == list(range(1, 33))
