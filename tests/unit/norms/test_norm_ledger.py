import json

import pytest

from medengage.errors import StudyError
from medengage.norms.contribution import public_key
from medengage.norms.ledger import EMPTY, NormLedger
from tests.unit.norms.hospitals import INSTRUMENT, contribution, key, ledger, signed_by


class TestWhatStands:
    def test_the_newest_version_of_each(self):
        made = ledger(3).received(signed_by(2, seq=2, n=150))
        assert [one.scales["index"]["all"].n for one in made.standing()] == [120, 150, 120]

    def test_what_was_withdrawn_does_not(self):
        made = ledger(3).withdrawn("hospital-2", INSTRUMENT, "2027")
        assert [one.organisation for one in made.standing()] == ["hospital-1", "hospital-3"]

    def test_a_new_version_may_come_after_a_withdrawal(self):
        made = ledger(2).withdrawn("hospital-2", INSTRUMENT, "2027").received(signed_by(2, seq=2))
        assert len(made.standing()) == 2

    def test_it_comes_back_from_its_text(self):
        made = ledger(3).withdrawn("hospital-1", INSTRUMENT, "2027")
        assert NormLedger.read(made.lines(), "ledger.jsonl") == made
        assert NormLedger.read("", "ledger.jsonl").head == EMPTY


class TestWhatIsRefused:
    def test_who_has_not_joined(self):
        with pytest.raises(StudyError, match="has not joined"):
            ledger(2).received(signed_by(3))

    def test_another_key(self):
        one = signed_by(1, organisation="hospital-2", seq=2)
        with pytest.raises(StudyError, match="not the one that this organisation joined with"):
            ledger(2).received(one)

    def test_a_key_that_was_replaced(self):
        made = ledger(2).joined("hospital-2", public_key(key(99)))
        with pytest.raises(StudyError, match="not the one"):
            made.received(signed_by(2, seq=2))

    def test_a_changed_contribution(self):
        one = signed_by(2, seq=2)
        changed = one.model_copy(update={"contribution": contribution(2, seq=2, eligible=500)})
        with pytest.raises(StudyError, match="not genuine"):
            ledger(2).received(changed)

    @pytest.mark.parametrize("seq", [1])
    def test_a_replayed_one(self, seq):
        with pytest.raises(StudyError, match="not newer"):
            ledger(2).received(signed_by(2, seq=seq))
        with pytest.raises(StudyError, match="not newer"):
            ledger(2).withdrawn("hospital-2", INSTRUMENT, "2027").received(signed_by(2, seq=seq))

    def test_taking_back_what_is_not_there(self):
        with pytest.raises(StudyError, match="no such contribution"):
            ledger(2).withdrawn("hospital-3", INSTRUMENT, "2027")


class TestTheChain:
    def test_every_change_of_a_line_is_found(self):
        lines = ledger(3).lines().splitlines()
        for place, line in enumerate(lines):
            value = json.loads(line)
            if value["event"]["kind"] == "joined":
                value["event"]["organisation"] = "somebody-else"
            else:
                value["event"]["signed"]["contribution"]["eligible"] += 1
            changed = [*lines[:place], json.dumps(value), *lines[place + 1 :]]
            with pytest.raises(StudyError):
                NormLedger.read("\n".join(changed), "ledger.jsonl")

    @pytest.mark.parametrize("out", [0, 1, 2])
    def test_a_line_taken_out_is_found(self, out):
        lines = ledger(3).lines().splitlines()
        with pytest.raises(StudyError, match="chain"):
            NormLedger.read("\n".join(lines[:out] + lines[out + 1 :]), "ledger.jsonl")

    def test_lines_that_changed_places_are_found(self):
        one, two, *rest = ledger(3).lines().splitlines()
        with pytest.raises(StudyError, match="chain"):
            NormLedger.read("\n".join([two, one, *rest]), "ledger.jsonl")

    def test_an_end_that_was_cut_off_is_found_by_who_kept_the_head(self):
        made = ledger(3)
        short = NormLedger.read("\n".join(made.lines().splitlines()[:-1]), "ledger.jsonl")
        short.verify()
        with pytest.raises(StudyError, match="missing"):
            short.verify(made.head)
        longer = made.joined("hospital-9", public_key(key(9)))
        longer.verify(made.head)

    def test_a_damaged_line_is_named(self):
        text = ledger(2).lines() + "{broken\n"
        with pytest.raises(StudyError, match="line 5"):
            NormLedger.read(text, "ledger.jsonl")
