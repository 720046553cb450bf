"""What a command that decodes takes beside its file: the user's own decoders, and `--proto`, a schema for protobuf."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import click

from monitor.commands.console import complain
from monitor.commands.options import decoders_folder
from monitor.errors import UsageError

_COMPILE_S = 60
PROTO = "syncmon.proto"  # where the context of a command keeps what `--proto` was told
HINT = "pip install 'syncmon[proto]', or give a FileDescriptorSet (protoc --include_imports -o FILE)"


def _prepare(context: click.Context, parameter: click.Parameter, told: str | None) -> None:
    """Load the user's decoders, and read protobuf by the schema where one is given, from now on."""
    if context.resilient_parsing:
        return
    from monitor.decode import plugins, registry

    failed: list[str] = []
    found, problems = plugins.load(decoders_folder(), failed.append)
    registry.use(found)
    for problem in problems:
        complain(f"decoder skipped: {problem}")
    context.call_on_close(lambda: _tell(failed))
    if told is not None:
        context.meta[PROTO] = told
        _use(told)


def _tell(failed: list[str]) -> None:
    for reason in failed:
        complain(f"decoder given up: {reason}")


def _use(told: str) -> None:
    from monitor.decode import protobuf_schema

    path, message = _parted(told)
    protobuf_schema.use(protobuf_schema.Schema(_descriptors(path), message))


decoding_option = click.option(
    "--proto",
    metavar="FILE[:Message]",
    callback=_prepare,
    expose_value=False,
    help="Read protobuf by this .proto file or FileDescriptorSet; as this message, else as what fits best.",
)


def _parted(told: str) -> tuple[Path, str | None]:
    """The file and the message's name; a file whose own name has a colon is found as it is."""
    path = Path(told).expanduser()
    head, colon, tail = told.rpartition(":")
    return (Path(head).expanduser(), tail) if colon and head and tail and not path.exists() else (path, None)


def _descriptors(path: Path) -> bytes:
    """The FileDescriptorSet that a file is, or is compiled to."""
    try:
        return _compiled(path) if path.suffix == ".proto" else path.read_bytes()
    except OSError as error:
        raise UsageError(f"--proto {path}: {error.strerror or error}") from error


def _compiled(path: Path) -> bytes:
    """What the protobuf compiler makes of a .proto file: protoc where there is one, else that of grpcio-tools."""
    path.read_bytes()
    if (found := shutil.which("protoc")) is not None:
        command = [found]
    elif find_spec("grpc_tools") is not None:
        command = [sys.executable, "-m", "grpc_tools.protoc"]
    else:
        raise UsageError(f"--proto {path}: there is no protobuf compiler: {HINT}")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "set.pb"
        command += [f"-I{path.parent}", "--include_imports", f"--descriptor_set_out={out}", str(path)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_COMPILE_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise UsageError(f"--proto {path}: the compiler did not end within {_COMPILE_S} s") from error
        if done.returncode or not out.exists():
            reason = "; ".join(done.stderr.split("\n")[:3]).strip("; ") or f"the compiler ended with {done.returncode}"
            raise UsageError(f"--proto {reason}")
        return out.read_bytes()
