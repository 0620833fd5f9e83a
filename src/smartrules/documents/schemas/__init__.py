"""The JSON Schemas of the documents, from which an editor completes, explains and checks them.

A schema knows the shape of a document: its keys, what each takes, and, where it is made for an edition, its ids. Whatever
takes reading, such as an expression, a unit or a sum, is left to the reader. So a document that the reader accepts is valid,
and one that is valid may still be refused. Keys and words are compared as they are written, where the reader first puts
them into Unicode's compatibility form and takes the blanks off.

The files under ``schemas/`` are what `general_schema` returns, written down so that an editor finds them.
"""

from __future__ import annotations

import json
from enum import StrEnum

from smartrules.documents.schemas.keywords import Schema
from smartrules.standard import Edition


class Document(StrEnum):
    """The documents that have a schema."""

    RULESET = "ruleset"
    FACTS = "facts"
    CASES = "cases"
    ASSESSMENT = "assessment"
    AUDIT = "audit"
    GAP = "gap"
    QUESTIONS = "questions"
    DIFF = "diff"
    VERIFICATION = "verification"


#: The documents whose schema can be made for an edition.
OF_AN_EDITION = (Document.FACTS, Document.CASES)
#: The documents that the library writes and nobody else does.
ANSWERS = tuple(one for one in Document if one not in (Document.RULESET, *OF_AN_EDITION))


def general_schema(document: Document) -> Schema:
    """Return the schema of a document, whatever the ruleset."""
    # Their texts, and the parser whose words they name, cost 50 ms that no other command need pay.
    from smartrules.documents.schemas import assessment, audit, cases, diff, facts, gap, ruleset, verification

    match document:
        case Document.RULESET:
            return ruleset.ruleset_schema()
        case Document.FACTS:
            return facts.facts_schema()
        case Document.CASES:
            return cases.cases_schema()
        case Document.ASSESSMENT:
            return assessment.assessment_schema()
        case Document.AUDIT:
            return audit.audit_schema()
        case Document.GAP:
            return gap.gap_schema()
        case Document.QUESTIONS:
            return gap.questions_schema()
        case Document.DIFF:
            return diff.diff_schema()
        case Document.VERIFICATION:
            return verification.verification_schema()


def schema_for(document: Document, edition: Edition) -> Schema:
    """Return the schema of a document for an edition; the document is one of `OF_AN_EDITION`."""
    from smartrules.documents.schemas import cases, facts

    return facts.facts_schema_for(edition) if document is Document.FACTS else cases.cases_schema_for(edition)


def write_schema(schema: Schema) -> str:
    """Return a schema as the text of a file."""
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
