#!/usr/bin/env python3
"""The example server against Python's client, raw bytes and the example client: http_server.py TOOLCHAIN_FOLDER.

Builds `examples/http_server` for development and for release, starts the server on a folder made for
the test, and compares what it answers with what it should.
"""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOOLS = os.path.abspath(sys.argv[1])
PROJECT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EXAMPLE = os.path.join(PROJECT, "examples", "http_server")
REQUESTS = 4000
WORKERS = 4
PATIENCE = 3  # Seconds.
wrong = []


def expect(what: str, got: object, wanted: object) -> None:
    if got != wanted:
        wrong.append(f"{what}: {got!r}, not {wanted!r}")


def build(release: bool) -> str:
    """The folder of the executables."""
    command = [f"{TOOLS}/janus-build", "build"] + (["--release"] if release else [])
    subprocess.run(command, cwd=EXAMPLE, check=True, capture_output=True, timeout=300)
    return os.path.join(EXAMPLE, ".janus", "out", "release" if release else "dev")


def make_site(folder: str) -> str:
    site = os.path.join(folder, "site")
    os.makedirs(os.path.join(site, "notes ä"))
    for name, data in (("index.html", b"<p>home"), ("notes ä/index.html", b"notes"), ("empty.txt", b""),
                       ("a b.txt", "café".encode()), ("large.bin", bytes(range(256)) * 20000)):
        with open(os.path.join(site, name), "wb") as file:
            file.write(data)
    with open(os.path.join(folder, "secret"), "wb") as file:
        file.write(b"secret")
    os.symlink(os.path.join(folder, "secret"), os.path.join(site, "link"))
    return site


def raw(port: int, *parts: bytes) -> bytes:
    """All that comes back for bytes that are sent as they are, one packet for each part."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            connection.sendall(part)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def try_files(port: int, site: str) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)  # One connection for all of it.

    def get(path: str, method: str = "GET", **fields: str):
        client.request(method, path, headers={k.replace("_", "-"): v for k, v in fields.items()})
        answer = client.getresponse()
        return answer.status, answer.read(), answer.headers

    status, body, fields = get("/")
    expect("/", (status, body, fields["Content-Type"]), (200, b"<p>home", "text/html; charset=utf-8"))
    expect("304", get("/", If_Modified_Since=fields["Last-Modified"])[:2], (304, b""))
    expect("/large.bin", get("/large.bin?x=1")[:2], (200, bytes(range(256)) * 20000))
    status, body, fields = get("/large.bin", "HEAD")
    expect("HEAD", (status, body, fields["Content-Length"]), (200, b"", "5120000"))
    expect("/empty.txt", get("/empty.txt")[:2], (200, b""))
    expect("/a%20b.txt", get("/a%20b.txt")[:2], (200, "café".encode()))
    status, _, fields = get("/notes%20%C3%A4")
    expect("folder", (status, fields["Location"]), (301, "/notes%20%C3%A4/"))
    expect("index", get("/notes%20%C3%A4/")[:2], (200, b"notes"))
    for path in ("/none", "/../secret", "/%2e%2e/secret", "/link", "/index.html/x", "//etc/passwd"):
        expect(path, get(path)[:2], (404, b"not found\n"))
    status, _, fields = get("/index.html", "DELETE")
    expect("DELETE", (status, fields["Allow"]), (405, "GET, HEAD"))
    os.chmod(os.path.join(site, "empty.txt"), 0)
    expect("closed file", get("/empty.txt")[0], 200 if os.geteuid() == 0 else 403)
    client.close()


def try_json(port: int) -> None:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def post(body: bytes, path: str = "/api/sum"):
        client.request("POST", path, body)
        answer = client.getresponse()
        return answer.status, json.loads(answer.read())

    expect("sum", post(b'{"numbers": [1, 2.5, -4e1]}'), (200, {"count": 3, "sum": -36.5}))
    expect("empty sum", post(b'{"numbers": []}'), (200, {"count": 0, "sum": 0.0}))
    expect("no numbers", post(b'{"numbers": ["x"]}')[0], 400)
    expect("no JSON", post(b'{"numbers":\n [1,]}'),
           (400, {"error": "line 2, column 5: expected a value"}))
    expect("no text", post(b"\xff"), (400, {"error": "not UTF-8"}))
    expect("nothing", post(b"", "/api/none"), (404, {"error": "no such thing"}))
    client.request("GET", "/api/sum")
    answer = client.getresponse()
    expect("GET sum", (answer.status, answer.headers["Allow"], json.loads(answer.read())),
           (405, "POST", {"error": "only POST"}))
    client.request("GET", "/api/status")
    status = json.loads(client.getresponse().read())
    expect("status", sorted(status), ["connections", "requests", "seconds"])
    client.close()


def try_raw(port: int) -> None:
    def line(answer: bytes) -> bytes:
        return answer.split(b"\r\n")[0]

    get = b"GET /index.html HTTP/1.1\r\nHost: x\r\n"
    two = raw(port, get + b"\r\n" + get + b"Connection: close\r\n\r\n")
    expect("two at once", (two.count(b"HTTP/1.1 200 OK"), two.count(b"<p>home")), (2, 2))
    slow = raw(port, *(bytes([b]) for b in get + b"Connection: close\r\n\r\n"))
    expect("byte by byte", (line(slow), slow[-7:]), (b"HTTP/1.1 200 OK", b"<p>home"))
    expect("1.0", line(raw(port, b"GET / HTTP/1.0\r\n\r\n")), b"HTTP/1.1 200 OK")
    for text, status in (
            (b"nonsense\r\n\r\n", b"400 Bad Request"), (b"\xff\xfe\r\n\r\n", b"400 Bad Request"),
            (b"GET / HTTP/1.1\r\n\r\n", b"400 Bad Request"),
            (b"GET / HTTP/3.0\r\nHost: x\r\n\r\n", b"505 HTTP Version Not Supported"),
            (b"GET /\r\n" + b"X" * 20000, b"431 Request Header Fields Too Large"),
            (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n", b"413 Content Too Large"),
            (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", b"400 Bad Request"),
            (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"501 Not Implemented")):
        expect(repr(text[:40]), line(raw(port, text)), b"HTTP/1.1 " + status)
    # Who leaves in the middle, or does not read, harms nobody else.
    for part in (b"", b"GET", get, get + b"\r\n"):
        socket.create_connection(("127.0.0.1", port), timeout=20).sendall(part)
    expect("after all that", line(raw(port, b"GET / HTTP/1.0\r\n\r\n")), b"HTTP/1.1 200 OK")


def begin(port: int, data: bytes, receive_buffer: int = 0) -> socket.socket:
    """A connection on which something was sent and nothing read."""
    connection = socket.socket()
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.settimeout(20)
    connection.connect(("127.0.0.1", port))
    connection.sendall(data)
    return connection


def rest(connection: socket.socket) -> bytes:
    with connection:
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


def load(out: str, port: int, path: str, requests: int, connections: int) -> tuple[int, str]:
    """The status and the output of the example client."""
    done = subprocess.run(
        [f"{out}/http_load/bin/http_load", f"127.0.0.1:{port}", path, str(requests), str(connections)],
        capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode()


def try_slow_clients(out: str, port: int) -> None:
    """Slow ones and many fast ones at the same time."""
    get = b"GET /%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    # As many as there are workers send the half of a request, or nothing; one less takes no answer.
    halves = [begin(port, b"GET /index.html HTTP/1.1\r\n") for _ in range(WORKERS)]
    silent = [begin(port, b"") for _ in range(WORKERS)]
    greedy = [begin(port, get % b"large.bin", 4096) for _ in range(WORKERS - 1)]
    halves[0].sendall(b"Host: x\r\nConnection: close\r\n")
    start = time.monotonic()
    status, text = load(out, port, "/index.html", 200, 8)
    took = time.monotonic() - start
    expect("fast beside slow", (status, text.split(",")[:2]), (0, ["200 requests", " 0 wrong"]))
    expect(f"fast beside slow before the slow end ({took:.2f} s)", took < PATIENCE, True)
    halves[0].sendall(b"\r\n")
    expect("slow in time", rest(halves[0])[-7:], b"<p>home")
    # Each half is told that it took too long, the silent ones may stay, the greedy ones lose the rest.
    for half in halves[1:]:
        expect("too slow", rest(half).split(b"\r\n")[0], b"HTTP/1.1 408 Request Timeout")
    for connection in silent:
        connection.sendall(get % b"index.html")
        expect("silent before", rest(connection)[-7:], b"<p>home")
    time.sleep(max(0.0, start + PATIENCE + 2 - time.monotonic()))
    for connection in greedy:
        try:
            size = len(rest(connection))
        except ConnectionResetError:
            size = 0
        expect("greedy", size < 5120000, True)


def try_end(server: subprocess.Popen, port: int) -> None:
    """What has begun is answered, nothing else is accepted."""
    part = b"GET /index.html HTTP/1.1\r\n"
    begun, idle = begin(port, part), begin(port, b"")
    # This answer says that the server has seen the others.
    expect("before the end", raw(port, b"GET / HTTP/1.0\r\n\r\n")[:15], b"HTTP/1.1 200 OK")
    server.send_signal(signal.SIGTERM)
    expect("idle at the end", rest(idle), b"")
    try:
        begin(port, b"").close()
        expect("accepted at the end", True, False)
    except ConnectionRefusedError:
        pass
    begun.sendall(b"Host: x\r\n\r\n")
    answer = rest(begun)
    expect("begun before the end", (answer[:15], b"Connection: close" in answer, answer[-7:]),
           (b"HTTP/1.1 200 OK", True, b"<p>home"))
    expect("status at the end", server.wait(20), 0)
    words = server.stdout.read().split()
    expect("counts at the end", (words[:1], words[2:4], int(words[1]) > 2 * REQUESTS),
           ([b"answered"], [b"requests", b"on"], True))


def try_server(release: bool, folder: str) -> None:
    out = build(release)
    site = make_site(folder)
    server = subprocess.Popen(
        [f"{out}/http_server/bin/http_server", site, "0", str(WORKERS), str(PATIENCE)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        port = int(server.stdout.readline().rsplit(b":", 1)[1])
        try_files(port, site)
        try_json(port)
        try_raw(port)
        for connections in (1, 16):
            status, text = load(out, port, "/index.html", REQUESTS, connections)
            expect("load", (status, text.split(",")[:2]), (0, [f"{REQUESTS} requests", " 0 wrong"]))
            print("release" if release else "development", connections, "connections:", text.splitlines()[1:])
        status, text = load(out, port, "/none", 10, 2)
        expect("wrong answers", (status, "10 wrong" in text), (1, True))
        try_slow_clients(out, port)
        expect("still running", server.poll(), None)
        try_end(server, port)
    finally:
        server.kill()
        text = server.communicate()[1].decode(errors="replace")
    expect("panics", "panic" in text, False)
    expect("no folder", subprocess.run(
        [f"{out}/http_server/bin/http_server", "/no/such"], capture_output=True, timeout=20,
        check=False).returncode, 1)
    for arguments in ([], [site, "x"], [site, "0", "0"], [site, "0", "1", "0"], [site] * 5):
        expect(f"arguments {arguments}", subprocess.run(
            [f"{out}/http_server/bin/http_server", *arguments], capture_output=True, timeout=20,
            check=False).returncode, 2)


def main() -> int:
    for release in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            try_server(release, folder)
    for line in wrong:
        print("FAILED", line)
    return 1 if wrong else 0


sys.exit(main())
