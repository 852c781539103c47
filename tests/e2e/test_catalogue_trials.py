import copy
from datetime import date

import pytest

from infra.local.demonstration.post import Post
from nbcredit.command.calls import Client, caller_of
from nbcredit.command.trials import PlatformTrials
from nbcredit.wire.trials import TrialView
from tests.cleaning_builders import SHIPPED, a_schema
from tests.e2e.files import a_file


@pytest.mark.requirement("A6.1")
class TestChangedCatalogue:
    def test_is_tried_on_the_files_of_last_month(self, post: Post, today: date) -> None:
        paper = a_file("试读.csv", seed=61, today=today)
        post.upload(paper)
        post.follow([paper])
        schemas = {code: copy.deepcopy(dict(a_schema(code))) for code in SHIPPED}
        schemas[paper.item]["properties"]["penalty_content"]["maxLength"] = 1
        office = Client(post.local.invoke, caller_of(id="li", organisation="office"))

        results = list(PlatformTrials(office, schemas, post.period, today).ready())

        (trial,) = [
            each
            for each in results
            if isinstance(each, TrialView) and each.submission == post.submission_of(paper)
        ]
        assert trial.before is not None
        assert trial.before.accepted == trial.newly_rejected == len(paper.records)
        assert [each.field for each in trial.causes] == ["penalty_content"]
        assert len(trial.causes[0].places) == 3
