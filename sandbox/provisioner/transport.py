"""One request to the Kubernetes API: sent, answered, or refused in words for people."""

import json
import ssl
from typing import Any
from urllib.parse import urlencode

import urllib3
from kubernetes import client, config

from sandbox.errors import ClusterUnavailable

Body = dict[str, Any]  # Any: a Kubernetes body is JSON

CONNECT_SECONDS = 5
READ_SECONDS = 30
CONNECTIONS = 16
MESSAGE_MAX = 1000  # characters of a server's answer that are kept
TOO_MANY, SERVER_ERROR = 429, 500


class ApiRefused(Exception):
    """The API server understood and said no."""

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class Transport:
    """Requests to one cluster; safe to use from several threads."""

    def __init__(self, kubeconfig: str) -> None:
        """With a kubeconfig file, or the service account of the pod when the path is empty."""
        self.configuration = client.Configuration()
        if kubeconfig:
            config.load_kube_config(  # type: ignore[no-untyped-call]
                kubeconfig, client_configuration=self.configuration
            )
        else:
            config.load_incluster_config(  # type: ignore[no-untyped-call]
                client_configuration=self.configuration
            )
        self.configuration.connection_pool_maxsize = CONNECTIONS
        self._pool = client.ApiClient(self.configuration).rest_client.pool_manager

    def close(self) -> None:
        self._pool.clear()

    def call(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        query: dict[str, Any] | None = None,
        media_type: str = "application/json",
    ) -> Body:
        """One request and its JSON answer; ApiRefused or ClusterUnavailable otherwise."""
        answer = self.send(method, path, body, query=query, media_type=media_type)
        decoded: Body = json.loads(answer)
        return decoded

    def send(self, method: str, path: str, *args: Any, **options: Any) -> bytes:
        response = self.open(method, path, *args, **options)
        try:
            return bytes(response.read())
        except urllib3.exceptions.HTTPError as error:
            raise ClusterUnavailable(f"the Kubernetes API stopped answering: {error}") from error
        finally:
            response.release_conn()

    def open(
        self,
        method: str,
        path: str,
        body: Body | None = None,
        *,
        query: dict[str, Any] | None = None,
        media_type: str = "application/json",
    ) -> urllib3.BaseHTTPResponse:
        url = self.configuration.host + path + (f"?{urlencode(query)}" if query else "")
        headers = {"Accept": "application/json", "Content-Type": media_type}
        authorisation: Body = dict(self.configuration.auth_settings())  # renews a token in time
        for setting in authorisation.values():
            headers[setting["key"]] = setting["value"]
        try:
            response = self._pool.request(
                method,
                url,
                body=None if body is None else json.dumps(body),
                headers=headers,
                preload_content=False,
                timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            )
            if response.status < 300:  # noqa: PLR2004 - HTTP: success
                return response
            answer = response.read()
        except (urllib3.exceptions.HTTPError, ssl.SSLError, OSError) as error:
            raise ClusterUnavailable(f"the Kubernetes API did not answer: {error}") from error
        response.release_conn()
        raise _refusal(response.status, answer)


def _refusal(status: int, answer: bytes) -> ApiRefused | ClusterUnavailable:
    try:
        decoded = json.loads(answer)
    except ValueError:
        decoded = {"message": answer.decode(errors="replace")}
    message = str(decoded.get("message", ""))[:MESSAGE_MAX]
    if status == TOO_MANY or status >= SERVER_ERROR:
        return ClusterUnavailable(f"the Kubernetes API answered {status}: {message}")
    return ApiRefused(status, str(decoded.get("reason", "")), message)
