"""`smartbcc explain`: what would happen to a mail, storing nothing (INTERFACE 2)."""

from __future__ import annotations

import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import asdict
from typing import Any

import click

from cli.explaining import Explainer, Question
from cli.opening import read_settings
from cli.problem import Problem
from config.settings import Settings

_explainer: Explainer | None = None


@click.command()
@click.argument("file", required=False, metavar="FILE.eml")
@click.option("--peer", metavar="IP", help="Whose address hands the mail over; without it SPF is none.")
@click.option("--helo", metavar="NAME")
@click.option("--mail-from", metavar="ADDR", help="The reverse-path; empty for the null one.")
@click.option("--rcpt", metavar="ADDR", help="The address used; it is looked up in the database, where there is one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON value on standard output.")
@click.option("--batch", is_flag=True, help="Read one JSON object a line, answer one a line, in order.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="How many at once with --batch.")
@click.pass_context
def explain(
    ctx: click.Context,
    file: str | None,
    peer: str | None,
    helo: str | None,
    mail_from: str | None,
    rcpt: str | None,
    as_json: bool,
    batch: bool,
    jobs: int,
) -> None:
    """Say what would happen to a mail, storing nothing."""
    settings = read_settings(ctx)
    if batch:
        if file:
            raise click.UsageError("--batch reads its mails from standard input")
        _answer_all(settings, sys.stdin.buffer, jobs)
        return
    if not file:
        raise click.UsageError("name a FILE.eml, or say --batch")
    try:
        answer = Explainer(settings).answer(Question(file, peer, helo, mail_from, rcpt))
    except (OSError, ValueError) as wrong:
        raise Problem(str(wrong)) from None
    click.echo(json.dumps(answer, ensure_ascii=False) if as_json else told(answer))


def told(answer: dict[str, Any]) -> str:
    """Answer the story for people: the reply, the proof, every decision."""
    lines = [f"The server would say: {answer['reply']}", answer["authentication"]["sentence"]]
    lines += [f"{step['step']}: {step['sentence']}" for step in answer["decisions"]]
    lines += [f"Link: {link['sentence']}" for link in answer["links"]]
    if answer["assumed"]:
        lines.append("Assumed: " + ", ".join(answer["assumed"]))
    return "\n".join(lines)


def _answer_all(settings: Settings, lines: Iterable[bytes], jobs: int) -> None:
    """Answer each line as soon as it is its turn; no more than a few wait ahead."""
    if jobs == 1:
        explainer = Explainer(settings)
        _print_all(_answer_line(explainer, line) for line in lines)
        return
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(settings,)) as pool:
        _print_all(_in_order(pool, lines, jobs * 4))


def _in_order(pool: ProcessPoolExecutor, lines: Iterable[bytes], ahead: int) -> Iterator[str]:
    waiting: deque[Future[str]] = deque()
    for line in lines:
        waiting.append(pool.submit(_answer_in_child, line))
        while len(waiting) > ahead or (waiting and waiting[0].done()):
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _print_all(answers: Iterable[str]) -> None:
    # Bytes, so that no locale decides whether an answer can be printed.
    for answer in answers:
        sys.stdout.buffer.write(answer.encode("utf-8") + b"\n")
        sys.stdout.buffer.flush()


def _begin(settings: Settings) -> None:
    global _explainer
    _explainer = Explainer(settings)


def _answer_in_child(line: bytes) -> str:
    if _explainer is None:
        raise RuntimeError(f"process {os.getpid()} has no explainer")
    return _answer_line(_explainer, line)


def _answer_line(explainer: Explainer, line: bytes) -> str:
    try:
        answer = explainer.answer(_question(line))
    except (OSError, ValueError) as wrong:
        answer = {"error": str(wrong)}
    return json.dumps(answer, ensure_ascii=False)


def _question(line: bytes) -> Question:
    """Read one line; raise ValueError where it is none of ours."""
    given = json.loads(line)
    if not isinstance(given, dict) or not isinstance(given.get("path"), str):
        raise ValueError("a line is an object with a path")
    known = set(asdict(Question("")))
    unknown = sorted(set(given) - known)
    if unknown:
        raise ValueError(f"unknown field {unknown[0]}")
    if any(value is not None and not isinstance(value, str) for value in given.values()):
        raise ValueError("every field is a string")
    return Question(**given)
