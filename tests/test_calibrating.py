"""`extractor calibrate`: kept samples, the report, and the file the extractor applies."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from eval.calibrating import calibrate, read_samples, report, save_samples
from eval.fitting import Sample
from extractor.cli import app
from extractor.errors import ConfigurationError
from schemas import OperationReport
from schemas.calibration import calibration_of

_CHANCE = random.Random(11)
SAMPLES = [
    Sample(f"article {n % 8}", path, sure, _CHANCE.random() < right, grounded=n % 9 > 0)
    for path, sure, right in (("good", 0.9, 0.9), ("bad[]", 0.9, 0.4))
    for n in range(120)
]


@given(
    st.lists(
        st.builds(
            Sample,
            st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=9),
            st.sampled_from(["a", "b[].c"]),
            st.floats(0, 1).map(lambda p: round(p, 4)),
            st.booleans(),
            st.booleans(),
            st.booleans(),
        )
    )
)
def test_kept_samples_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, samples: list[Sample]
) -> None:
    path = tmp_path_factory.mktemp("kept") / "samples.csv"
    save_samples(samples, path)
    assert read_samples(path) == samples


def test_another_file_is_told_from_samples(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    for name in ("other.csv", "none.csv"):
        with pytest.raises(ConfigurationError, match=r"no file of samples"):
            read_samples(tmp_path / name)


def test_the_report_sets_the_ways_side_by_side() -> None:
    found = calibrate([], [], OperationReport, "replay", SAMPLES)
    raw, left_out = found.rows
    assert raw.score.brier > left_out.score.brier
    assert raw.score.calibration_error > left_out.score.calibration_error
    told = report(found)
    assert "240 leaves of 8 articles" in told
    right = sum(sample.right for sample in SAMPLES) / len(SAMPLES)
    assert f"| {raw.name} | 240 | {right:.3f} | {raw.score.brier:.3f} |" in told


def test_the_command_writes_what_the_extractor_reads(tmp_path: Path) -> None:
    kept, file = tmp_path / "samples.csv", tmp_path / "calibration.json"
    save_samples(SAMPLES, kept)
    schema = ["--schema", "schemas:OperationReport"]
    done = CliRunner().invoke(
        app, ["calibrate", "--samples", str(kept), *schema, "--to", str(file)]
    )
    assert done.exit_code == 0, done.output
    found = calibration_of(file.read_text(encoding="utf-8"))
    assert found.paths["good"] > found.paths["bad[]"]
    assert found == calibrate([], [], OperationReport, "replay", SAMPLES).calibration


def test_one_article_is_too_few() -> None:
    with pytest.raises(ConfigurationError, match="give more"):
        calibrate([], [], OperationReport, "replay", SAMPLES[:1])
