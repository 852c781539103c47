"""What loads chunks: the same parts, in a function of its own and within a call."""

from nbcredit.adapters.crypto import KeyedHashes
from nbcredit.adapters.dynamodb.subjects import DynamoSubjects
from nbcredit.runtime.wiring import Parts
from nbcredit.usecases.loading import Loading


def loading_of(made: Parts, *, hashes: KeyedHashes, subjects: DynamoSubjects) -> Loading:
    return Loading(
        submissions=made.submissions,
        chunks=made.submissions,
        claims=made.claims,
        lanes=made.lane_store,
        work=made.work_files,
        plans=made.plans,
        subjects=subjects,
        cases=made.cases,
        affirmations=made.standing,
        catalogues=made.catalogues,
        organisations=made.directory,
        hashes=hashes,
        clock=made.clock,
        ids=made.ids,
    )
