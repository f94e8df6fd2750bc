"""A small OpenID Connect server on 127.0.0.1, strict where a real one is; faults can be put in."""

import base64
import hashlib
import json
import secrets
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "cong-mtqg", "bi-mat-chung-cua-cong-va-may-chu-dang-nhap"
KEY, OTHER_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
KEY_ID = "k1"


class CentralServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.person = {"sub": "s-1", "email": "officer@tinh.example.vn", "email_verified": True}
        # What is told at userinfo alone.
        self.info = {}
        # Put over the claims of the token; None takes one out.
        self.claims = {}
        self.signed_with, self.algorithm = KEY, "RS256"
        self.is_down = False
        self.asked, self.codes = [], {}

    def configuration(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**key, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]}

    def token(self, nonce):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {**claims, **self.person, **self.claims}
        claims = {name: value for name, value in claims.items() if value is not None}
        headers = {"kid": KEY_ID}
        return jwt.encode(claims, self.signed_with, algorithm=self.algorithm, headers=headers)

    def exchange(self, form):
        """The token, once for a code, to the client that asked for it; else None."""
        asked = self.codes.pop(form.get("code"), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_client = (form.get("client_id"), form.get("client_secret")) == (CLIENT, SECRET)
        if not asked or not is_client or challenge != asked["code_challenge"]:
            return None
        if form.get("redirect_uri") != asked["redirect_uri"]:
            return None
        return {
            "access_token": "a-1",
            "token_type": "Bearer",
            "id_token": self.token(asked["nonce"]),
        }


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        here = urlsplit(self.path)
        self.server.asked.append(here.path)
        pages = {
            "/.well-known/openid-configuration": self.server.configuration,
            "/keys": self.server.keys,
            "/userinfo": lambda: {"sub": self.server.person["sub"], **self.server.info},
        }
        if self.server.is_down:
            self.send_error(503)
        elif here.path == "/authorize":
            self.send_back({name: values[0] for name, values in parse_qs(here.query).items()})
        else:
            self.send_json(pages[here.path]())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        given = self.server.exchange({n: v[0] for n, v in parse_qs(body).items()})
        self.send_json(given or {"error": "invalid_grant"}, 200 if given else 400)

    def send_back(self, asked):
        code = secrets.token_urlsafe(8)
        self.server.codes[code] = asked
        query = urlencode({"code": code, "state": asked["state"]})
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{query}")
        self.end_headers()

    def send_json(self, body, status=200):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """The test's output is not the place."""


@contextmanager
def central_server():
    server = CentralServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
