"""Many texts from a file to a file: what is read, what is told, what is written, and where the work is done."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import tracemalloc
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migov.services.matching import Answer, Match, Reason
from migov.services.matching.batch import EngineFailed, Processes, RowsRefused, Work
from migov.services.matching.rows import BadRow, FileRefused, packed, read
from tests.services.matching.letters import (
    GOOD,
    PLAN,
    CannotBeMade,
    DiesAtWork,
    jsonl,
    lines,
    match,
    names,
    parquet,
    recipe,
    texts,
)

__all__ = ["match", "recipe"]  # fixtures


class TestWhatIsWritten:
    def test_every_element_of_the_main_level_is_scored_and_ranked(self, match, tmp_path):
        summary, out = match(jsonl(tmp_path / "in.jsonl", [GOOD]))
        (line,) = lines(out)
        assert set(line) == {"id", "matches"}
        assert line["id"] == "a"
        assert {found["code"] for found in line["matches"]} == {"1", "2", "3"}
        scores = [found["score"] for found in line["matches"]]
        assert scores == sorted(scores, reverse=True)
        assert set(line["matches"][0]) == {"code", "score", "probability", "suggested", "reasons"}
        assert line["matches"][0]["reasons"][0]["text"] == "B"
        assert (summary.texts, summary.bad_rows, summary.threshold) == (1, 0, 0.8)

    def test_top_and_reasons_are_asked_of_the_matcher(self, match, tmp_path):
        _summary, out = match(jsonl(tmp_path / "in.jsonl", [GOOD]), top=1, reasons=False)
        (found,) = lines(out)[0]["matches"]
        assert found["reasons"] == []

    @given(
        key=st.integers() | st.text(),
        words=st.text(),
        figures=st.tuples(*[st.floats(allow_nan=False, allow_infinity=False)] * 3),
        suggested=st.booleans(),
    )
    def test_a_line_says_what_the_json_library_would_say(self, key, words, figures, suggested):
        score, probability, weight = figures
        match = Match(words, score, probability, suggested, (Reason(3, 9, words, weight), Reason(0, 1, "x", 1.0)))
        plain = asdict(match)
        del plain["narrower"]
        said = {"id": key, "matches": [plain, plain], "language": words, "note": words}
        said = {name: value for name, value in said.items() if value != "" or name in ("id", "language")}
        line = packed([key], [Answer("plan", (match, match), words, words)], "jsonl")
        plainly = json.dumps(json.loads(json.dumps(said)), ensure_ascii=False, separators=(",", ":"))
        assert line.decode() == plainly + "\n"

    def test_another_language_is_said(self, match, tmp_path):
        summary, out = match(jsonl(tmp_path / "in.jsonl", [{"id": 1, "text": "Kjo është shqip"}, GOOD]))
        assert lines(out)[0]["language"] == "sq"
        assert lines(out)[0]["note"] == "The text is in Albanian."
        assert "language" not in lines(out)[1]
        assert summary.other_languages == 1

    def test_the_order_of_the_input_is_kept_on_several_processes(self, match, tmp_path):
        rows = texts(95)
        summary, out = match(jsonl(tmp_path / "in.jsonl", rows), engine=Processes(2), at_once=10)
        assert [line["id"] for line in lines(out)] == [row["id"] for row in rows]
        assert summary.model != f"letters {os.getpid()}"

    def test_how_many_processes_there_are_makes_no_difference(self, match, tmp_path):
        source = jsonl(tmp_path / "in.jsonl", texts(40))
        _summary, one = match(source, "one.jsonl", engine=Processes(1), at_once=10)
        _summary, two = match(source, "two.jsonl", engine=Processes(2), at_once=7)
        assert one.read_bytes() == two.read_bytes()

    def test_one_chunk_is_not_worth_a_process(self, match, tmp_path):
        summary, _out = match(jsonl(tmp_path / "in.jsonl", texts(5)), engine=Processes(2))
        assert summary.model == f"letters {os.getpid()}"

    def test_progress_is_told_with_the_whole_where_the_file_says_it(self, match, tmp_path):
        told = []
        say = lambda done, total=None: told.append((done, total))  # noqa: E731
        match(parquet(tmp_path / "in.parquet", texts(5)), engine=Processes(1), at_once=2, say=say)
        assert told == [(2, 5), (4, 5), (5, 5)]
        match(jsonl(tmp_path / "in.jsonl", texts(3)), say=say)
        assert told[-1] == (3, None)

    def test_a_file_without_texts_gives_a_file_without_answers(self, match, tmp_path):
        summary, out = match(jsonl(tmp_path / "in.jsonl", []))
        assert (summary.texts, out.read_bytes()) == (0, b"")


class TestForms:
    def test_gzip_is_known_by_its_content_and_written_by_its_name(self, match, tmp_path):
        source = tmp_path / "in.jsonl"
        source.write_bytes(gzip.compress(json.dumps(GOOD).encode()))
        _summary, out = match(source, "out.jsonl.gz")
        assert lines(out)[0]["id"] == "a"

    def test_parquet_in_and_out(self, match, tmp_path):
        source = parquet(tmp_path / "in.parquet", texts(25), row_group_size=4)
        _summary, out = match(source, "out.parquet", at_once=10)
        import pyarrow.parquet

        written = pyarrow.parquet.read_table(out).to_pylist()
        _summary, plain = match(source, "plain.jsonl")
        assert [(row["id"], row["matches"]) for row in written] == [(x["id"], x["matches"]) for x in lines(plain)]
        assert pyarrow.parquet.read_schema(out).field("id").type == pyarrow.int64()

    def test_ids_of_json_lines_are_text_in_parquet(self, match, tmp_path):
        pytest.importorskip("pyarrow")
        _summary, out = match(jsonl(tmp_path / "in.jsonl", [{**GOOD, "id": 7}, GOOD]), "out.parquet")
        import pyarrow.parquet

        assert pyarrow.parquet.read_table(out)["id"].to_pylist() == ["7", "a"]

    def test_a_parquet_file_without_the_columns_is_refused(self, match, tmp_path):
        source = parquet(tmp_path / "in.parquet", [{"key": 1, "words": "x"}])
        with pytest.raises(FileRefused, match=r"in\.parquet: expected a column “id”, found key, words"):
            match(source)

    def test_empty_cells_of_parquet_are_bad_rows(self, match, tmp_path):
        rows = [{"id": 1, "text": "one"}, {"id": None, "text": "two"}, {"id": 3, "text": None}]
        summary, out = match(parquet(tmp_path / "in.parquet", rows))
        assert [line["id"] for line in lines(out)] == [1]
        assert [(bad.row, bad.field, bad.found) for bad in summary.problems] == [(2, "id", "null"), (3, "text", "null")]

    def test_a_broken_parquet_file_is_refused(self, match, tmp_path):
        pytest.importorskip("pyarrow")
        source = tmp_path / "in.parquet"
        source.write_bytes(b"PAR1 and nothing more")
        with pytest.raises(FileRefused, match="not a Parquet file"):
            match(source)

    @pytest.mark.parametrize("out", ["out.csv", "out", "out.json", "out.parquet.gz"])
    def test_a_name_that_does_not_say_the_form_is_refused(self, match, tmp_path, out):
        with pytest.raises(FileRefused, match=r"ends in \.jsonl"):
            match(jsonl(tmp_path / "in.jsonl", [GOOD]), out)


BAD = [
    (b"not json", "", "a JSON object", "not json"),
    (b"[1, 2]", "", "a JSON object", "[1, 2]"),
    (b'{"id": 1, "text": "cut', "", "a JSON object", "cut"),
    (b"[" * 100_000, "", "a JSON object", "[[["),
    ('{"id": 1, "text": "é"}'.encode("latin-1"), "", "text in UTF-8", "é"),
    (b'{"text": "no id"}', "id", "a field of this name", "text"),
    (b'{"id": 1}', "text", "a field of this name", "id"),
    (b'{"id": true, "text": "x"}', "id", "a text or a whole number", "true"),
    (b'{"id": 1.5, "text": "x"}', "id", "a text or a whole number", "1.5"),
    (b'{"id": "", "text": "x"}', "id", "a text or a whole number", ""),
    (b'{"id": 1, "text": "  \\n"}', "text", "a text that is not empty", ""),
    (b'{"id": 1, "text": 7}', "text", "a text that is not empty", "7"),
    (b'{"id": 1, "text": "\\ud83d"}', "text", "without halves of characters", ""),
    (b'{"id": 1, "text": "' + b"x" * 1_000_001 + b'"}', "text", "at most 1,000,000 characters", "1,000,001"),
    (b'{"id": 1, "text": "' + b"x" * 8_000_001 + b'"}', "", "a line of at most 8,000,000 bytes", ""),
]


class TestBadRows:
    @pytest.mark.parametrize(("line", "field", "expected", "found"), BAD)
    def test_a_bad_row_is_told_and_its_neighbours_are_kept(self, match, tmp_path, line, field, expected, found):
        summary, out = match(jsonl(tmp_path / "in.jsonl", [GOOD, line, {**GOOD, "id": "c"}]))
        assert [row["id"] for row in lines(out)] == ["a", "c"]
        (bad,) = summary.problems
        assert (bad.file, bad.row, bad.field) == ("in.jsonl", 2, field)
        assert expected in bad.expected
        assert found in bad.found
        assert len(str(bad)) < 250

    def test_a_bad_row_in_words(self):
        bad = BadRow("in.jsonl", 3, "text", "a text that is not empty", "null")
        assert str(bad) == "in.jsonl, row 3, text: expected a text that is not empty, found “null”"

    def test_empty_lines_and_a_byte_order_mark_are_no_fault(self, match, tmp_path):
        source = tmp_path / "in.jsonl"
        source.write_bytes(b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + b"\r\n\r\n  \n")
        summary, out = match(source)
        assert (summary.texts, summary.bad_rows, len(lines(out))) == (1, 0, 1)

    def test_a_gzipped_file_that_was_cut_is_told_where_it_ends(self, match, tmp_path):
        source = tmp_path / "in.jsonl.gz"
        whole = gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in texts(20_000)))
        source.write_bytes(whole[: len(whole) // 2])
        summary, out = match(source)
        (bad,) = summary.problems
        assert bad.expected == "the rest of the gzipped file"
        assert summary.texts == len(lines(out)) > 100

    def test_only_the_first_fifty_are_kept_and_all_are_counted(self, match, tmp_path):
        summary, _out = match(jsonl(tmp_path / "in.jsonl", [b"x"] * 80))
        assert (len(summary.problems), summary.bad_rows, summary.texts) == (50, 80, 0)

    def test_strict_refuses_before_anything_is_matched(self, match, tmp_path):
        source = jsonl(tmp_path / "in.jsonl", [GOOD, b"x", {"id": 3}])
        with pytest.raises(RowsRefused) as refused:
            match(source, strict=True, recipe=CannotBeMade((PLAN,)))
        assert [bad.row for bad in refused.value.problems] == [2, 3]
        assert names(tmp_path) == ["in.jsonl"]

    def test_strict_lets_a_good_file_pass(self, match, tmp_path):
        summary, _out = match(jsonl(tmp_path / "in.jsonl", [GOOD]), strict=True)
        assert summary.texts == 1


class TestNothingHalfWritten:
    @pytest.mark.parametrize("out", ["out.jsonl", "out.jsonl.gz", "out.parquet"])
    def test_what_stood_there_stays_when_the_work_fails(self, match, tmp_path, out):
        source = jsonl(tmp_path / "in.jsonl", texts(5))
        (tmp_path / out).write_bytes(b"before")
        with pytest.raises(LookupError):
            match(source, out, recipe=CannotBeMade((PLAN,)))
        assert (tmp_path / out).read_bytes() == b"before"
        assert names(tmp_path) == ["in.jsonl", out]

    def test_nothing_is_left_when_it_is_stopped_in_the_middle(self, match, tmp_path):
        def stop(done, total=None):
            if done >= 4:
                raise KeyboardInterrupt

        source = jsonl(tmp_path / "in.jsonl", texts(50))
        with pytest.raises(KeyboardInterrupt):
            match(source, engine=Processes(2), at_once=2, say=stop)
        assert names(tmp_path) == ["in.jsonl"]

    def test_the_final_name_appears_only_at_the_end(self, match, tmp_path):
        seen = []
        say = lambda done, total=None: seen.append((tmp_path / "out.jsonl").exists())  # noqa: E731
        _summary, out = match(jsonl(tmp_path / "in.jsonl", texts(4)), engine=Processes(1), at_once=2, say=say)
        assert seen == [False, False]
        assert out.exists()

    def test_the_file_with_the_texts_is_not_written_over(self, match, tmp_path):
        source = jsonl(tmp_path / "in.jsonl", [GOOD])
        with pytest.raises(FileRefused, match="is the file with the texts"):
            match(source, "in.jsonl")
        assert lines(source) == [GOOD]

    def test_a_pipe_is_refused_not_emptied(self, match, tmp_path):
        os.mkfifo(tmp_path / "pipe.jsonl")
        with pytest.raises(FileRefused, match="save the texts to a file first"):
            match(tmp_path / "pipe.jsonl")

    def test_places_that_cannot_be_written_are_told(self, match, tmp_path):
        source = jsonl(tmp_path / "in.jsonl", [GOOD])
        with pytest.raises(FileRefused, match="No such file or directory"):
            match(source, "none/out.jsonl")
        (tmp_path / "folder.jsonl").mkdir()
        with pytest.raises(FileRefused, match="not a file that can be replaced"):
            match(source, "folder.jsonl")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
    @pytest.mark.parametrize("out", ["out.jsonl", "out.jsonl.gz", "out.parquet"])
    def test_a_full_disk_is_told(self, match, tmp_path, out):
        (tmp_path / f".{out}.{os.getpid()}").symlink_to("/dev/full")
        with pytest.raises(FileRefused, match="No space left on device"):
            match(jsonl(tmp_path / "in.jsonl", texts(2000)), out)
        assert names(tmp_path) == ["in.jsonl"]


class TestWorkers:
    def test_what_goes_wrong_in_a_worker_comes_out_here(self, match, tmp_path):
        with pytest.raises(LookupError, match="a part is missing"):
            match(jsonl(tmp_path / "in.jsonl", texts(9)), recipe=CannotBeMade((PLAN,)), engine=Processes(2), at_once=2)

    def test_a_worker_that_dies_is_told_and_nothing_is_written(self, match, tmp_path):
        with pytest.raises(EngineFailed, match="A worker process ended before its time"):
            match(jsonl(tmp_path / "in.jsonl", texts(9)), recipe=DiesAtWork((PLAN,)), engine=Processes(2), at_once=2)
        assert names(tmp_path) == ["in.jsonl"]

    def test_the_matcher_itself_is_not_sent_to_workers(self, recipe):
        work = Work(recipe, "plan")
        work([("a", "text")])
        sent = pickle.loads(pickle.dumps(work))  # noqa: S301
        assert sent.recipe == recipe
        assert sent.prepare() is not work.prepare()


class TestMemory:
    def test_it_does_not_grow_with_the_file(self, match, tmp_path):
        """Five times the texts, the same memory (reading, chunks under way, writing)."""

        def peak(name, count):
            source = tmp_path / name
            with source.open("w") as file:
                for number in range(count):
                    file.write(json.dumps({"id": number, "text": f"{number} " + "border post " * 45}) + "\n")
            tracemalloc.start()
            try:
                match(source, engine=Processes(1), at_once=200)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        peak("warm.jsonl", 300)
        small, large = peak("small.jsonl", 2000), peak("large.jsonl", 10_000)
        assert large < small * 1.2
        assert large < 5_000_000

    def test_it_does_not_grow_with_a_row_group_of_parquet(self, match, tmp_path):
        arrow = pytest.importorskip("pyarrow")
        held = []
        say = lambda done, total=None: held.append(arrow.total_allocated_bytes())  # noqa: E731
        rows = [{"id": number, "text": f"{number} " + "border post " * 45} for number in range(20_000)]
        source = parquet(tmp_path / "in.parquet", rows, row_group_size=20_000, compression="none", use_dictionary=False)
        del rows
        before = arrow.total_allocated_bytes()
        match(source, engine=Processes(1), at_once=500, say=say)
        assert source.stat().st_size > 10_000_000
        assert max(held) - before < 4_000_000


class TestReading:
    def test_rows_come_one_after_another(self, tmp_path):
        source = jsonl(tmp_path / "in.jsonl", [GOOD, b"x"])
        rows = read(source)
        assert next(rows) == ("a", "Border posts are rebuilt.")
        assert isinstance(next(rows), BadRow)
