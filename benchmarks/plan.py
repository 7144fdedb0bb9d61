"""How large, how long and how often a run of the benchmarks measures. Nothing here measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    sizes: tuple[int, ...] = (333, 10_000)  # videos: the owner's library, and the goal
    clients: tuple[int, ...] = (1, 8)
    rounds: int = 3
    load_s: float = 2.0  # of one page in one round
    starts: int = 5
    compared_files: int = 40  # that ffprobe and ffmpeg are given, one command each
    film_bytes: int = 300_000_000
    films: int = 4  # of 1080p; with none, posters are made of the generated libraries only
    moved: int = 100_000  # videos of the old library that moves in
    hook_requests: int = 100_000
    steady_s: float = 20.0  # of 200 requests/s
    quiet_s: float = 4.0  # before a server counts as idle; what it does by itself comes every 2 s
    rest_s: float = 25.0  # idle media workers are ended by then


FULL = Plan()
QUICK = Plan(
    sizes=(60,),
    rounds=1,
    load_s=0.5,
    starts=2,
    compared_files=12,
    film_bytes=50_000_000,
    films=2,
    moved=2000,
    hook_requests=20_000,
    steady_s=3.0,
    quiet_s=2,
    rest_s=0,
)
