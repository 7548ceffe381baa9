"""The cluster engine, on a real Dask cluster of two workers on this machine where Dask is installed."""

from __future__ import annotations

import os
import signal
from importlib.util import find_spec

import pytest

from migov.services.matching.batch import EngineFailed, Processes
from migov.services.matching.cluster import Dask
from tests.services.matching.letters import GOOD, PLAN, CannotBeMade, jsonl, lines, match, names, parquet, recipe, texts

__all__ = ["match", "recipe"]  # fixtures

INSTALLED = find_spec("distributed") is not None


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1", silence_logs=50
    ) as running:
        yield running


@pytest.mark.skipif(INSTALLED, reason="Dask is installed")
def test_where_dask_is_not_installed_it_is_said_how_to_install_it():
    with pytest.raises(EngineFailed, match=r"requirements/cluster.txt"):
        Dask("tcp://127.0.0.1:8786")


@pytest.mark.skipif(not INSTALLED, reason="Dask is not installed: pip install -r requirements/cluster.txt")
class TestCluster:
    def test_the_same_file_comes_out(self, match, tmp_path, cluster):
        source = jsonl(tmp_path / "in.jsonl", texts(95))
        _summary, here = match(source, "here.jsonl", engine=Processes(1), at_once=10)
        summary, there = match(source, "there.jsonl", engine=Dask(cluster.scheduler_address), at_once=10)
        assert here.read_bytes() == there.read_bytes()
        assert summary.model != f"letters {os.getpid()}"

    def test_parquet_too(self, match, tmp_path, cluster):
        _summary, out = match(
            parquet(tmp_path / "in.parquet", texts(30)),
            "out.parquet",
            engine=Dask(cluster.scheduler_address),
            at_once=7,
        )
        import pyarrow.parquet

        assert pyarrow.parquet.read_table(out)["id"].to_pylist() == list(range(30))

    def test_a_worker_that_is_lost_costs_nothing_but_time(self, match, tmp_path, cluster):
        from distributed import Client

        with Client(cluster.scheduler_address, set_as_default=False) as client:
            (victim, *_others) = client.run(os.getpid).values()
        killed = []

        def kill(done, total=None):
            if done >= 10 and not killed:
                os.kill(victim, signal.SIGKILL)
                killed.append(victim)

        rows = texts(300)
        summary, out = match(
            jsonl(tmp_path / "in.jsonl", rows), engine=Dask(cluster.scheduler_address), at_once=5, say=kill
        )
        assert killed
        assert summary.texts == 300
        assert [line["id"] for line in lines(out)] == [row["id"] for row in rows]

    def test_what_goes_wrong_in_a_worker_comes_out_here(self, match, tmp_path, cluster):
        source = jsonl(tmp_path / "in.jsonl", texts(9))
        with pytest.raises(LookupError, match="a part is missing"):
            match(source, recipe=CannotBeMade((PLAN,)), engine=Dask(cluster.scheduler_address), at_once=2)

    def test_workers_of_another_version_are_refused(self, match, tmp_path, cluster, monkeypatch):
        monkeypatch.setattr("migov.__version__", "99.0")
        with pytest.raises(EngineFailed, match=r"Install migov 99\.0 there"):
            match(jsonl(tmp_path / "in.jsonl", [GOOD]), engine=Dask(cluster.scheduler_address))
        assert names(tmp_path) == ["in.jsonl"]

    def test_a_cluster_without_workers_is_told(self, match, tmp_path):
        from distributed import LocalCluster

        with LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0", host="127.0.0.1", silence_logs=50) as empty:
            engine = Dask(empty.scheduler_address, patience=1)
            with pytest.raises(EngineFailed, match="has no worker that took the work within 1 seconds"):
                match(jsonl(tmp_path / "in.jsonl", [GOOD]), engine=engine)

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
    def test_an_address_where_nobody_answers_is_told(self, match, tmp_path, address, monkeypatch):
        monkeypatch.setattr("migov.services.matching.cluster.CONNECT_SECONDS", 1)
        with pytest.raises(EngineFailed, match="No cluster could be reached"):
            match(jsonl(tmp_path / "in.jsonl", [GOOD]), engine=Dask(address))
