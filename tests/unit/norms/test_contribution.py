import json
from datetime import date

import pytest

from medengage.errors import StudyError
from medengage.norms.contribution import Contribution, Signed, canonical, read_signed
from tests.unit.norms.hospitals import contribution, key, signed_by


class TestOneSpelling:
    def test_order_and_spaces_do_not_count(self):
        assert canonical({"b": [1, "é"], "a": None}) == b'{"a":null,"b":[1,"\xc3\xa9"]}'

    def test_a_fraction_has_none(self):
        with pytest.raises(ValueError, match="not whole"):
            canonical({"a": [1.5]})

    def test_it_comes_back_as_it_was(self):
        one = signed_by(1)
        assert read_signed(one.model_dump_json(), "c.json") == one


class TestSignature:
    def test_its_own_is_genuine(self):
        assert signed_by(1).is_genuine

    @pytest.mark.parametrize(
        "change", [{"eligible": 241}, {"seq": 2}, {"wave": "2028"}, {"minimum_group": 11}]
    )
    def test_that_of_another_content_is_not(self, change):
        one = signed_by(1)
        other = contribution(1, **change)
        assert not Signed(
            contribution=other, public_key=one.public_key, signature=one.signature
        ).is_genuine

    def test_that_of_another_key_is_not(self):
        one = signed_by(1)
        stolen = one.model_copy(update={"public_key": signed_by(2).public_key})
        assert not stolen.is_genuine


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"schema_version": 9}, "another version"),
            ({"closed": date(2027, 2, 1)}, "closes after it opens"),
            ({"eligible": 100}, "more doctors than could have answered"),
            ({"scales": {"index": {}}}, "sums of all doctors are missing"),
            ({"n": 29}, "fewer than 30"),
        ],
    )
    def test_what_no_organisation_would_sign(self, change, words):
        with pytest.raises(ValueError, match=words):
            contribution(1, **change)

    def test_strata_hold_no_more_than_all(self):
        whole = contribution(1)
        strata = {"all": whole.scales["index"]["all"], "consultant": whole.scales["index"]["all"]}
        more = strata | {"trainee": strata["all"]}
        Contribution(**{**dict(whole), "scales": {"index": strata}})
        with pytest.raises(ValueError, match="more doctors than there are"):
            Contribution(**{**dict(whole), "scales": {"index": more}})

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"contribution": 3}', "\x00"])
    def test_what_is_no_contribution_says_so(self, text):
        with pytest.raises(StudyError, match="no contribution to a norm"):
            read_signed(text, "c.json")

    def test_an_error_does_not_quote_the_sums(self):
        told = json.loads(signed_by(1).model_dump_json())
        told["contribution"]["scales"]["index"]["all"]["s1"] = 123_456_789
        with pytest.raises(StudyError) as error:
            read_signed(json.dumps(told), "c.json")
        assert "123456789" not in str(error.value)


def test_a_key_is_the_same_for_the_same_seed():
    assert key(3).private_bytes_raw() == key(3).private_bytes_raw()
