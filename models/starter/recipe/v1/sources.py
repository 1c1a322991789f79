"""The npm packages that the drawings and names come from: fetched once, compared with pinned hashes, unpacked."""
from __future__ import annotations

import hashlib
import subprocess
import tarfile
from pathlib import Path

# Licences: Fluent Emoji MIT (Microsoft), Noto Emoji Apache-2.0 (Google). NOTICES.md has the texts.
PACKAGES = {
    "@lobehub/fluent-emoji-3d@1.1.0": "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
    "@iconify-json/fluent-emoji-flat@1.2.6": "7d064769dee690815f823bc5bcc511d957198caf9f5edd8dd9c1aa48a6aeb175",
    "@iconify-json/noto@1.2.9": "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
}


def fetch(name: str, work: Path) -> Path:
    """The unpacked package's folder. A tarball with another hash is refused: the same seed must give the same data."""
    folder = work / "npm" / name.replace("/", "-").lstrip("@")
    if (folder / "package").is_dir():
        return folder / "package"
    folder.mkdir(parents=True, exist_ok=True)
    packed = subprocess.run(["npm", "pack", name, "--silent"], cwd=folder, check=True, capture_output=True, text=True)
    tarball = folder / packed.stdout.strip().splitlines()[-1]
    found = hashlib.sha256(tarball.read_bytes()).hexdigest()
    if found != PACKAGES[name]:
        tarball.unlink()
        raise SystemExit(f"{name}: sha256 {found}, expected {PACKAGES[name]}")
    with tarfile.open(tarball) as tar:
        tar.extractall(folder, filter="data")
    tarball.unlink()
    return folder / "package"
