"""gunicorn by hand, where an operator does not use `smartbcc web`; the same values as webui.role."""

bind = ["127.0.0.1:8080"]
workers = 1
worker_class = "gthread"
threads = 12
timeout = 60
graceful_timeout = 20
keepalive = 5
forwarded_allow_ips = ""
control_socket_disable = True
