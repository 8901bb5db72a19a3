"""The JSON Schema of a written design (draft 2020-12)."""

from typing import Any

from designopt.problem.written.fields import Schema
from designopt.problem.written.form import Form

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def document(form: Form, title: str) -> Schema:
    """The schema of designs of this form as a document of its own.

    Schemas with a `$anchor` that occur more than once stand under `$defs` and are referred to.
    """
    definitions: dict[str, Schema] = {}
    body = _shared(form.schema(), definitions)
    return {"$schema": DRAFT, "title": title, **body} | ({"$defs": definitions} if definitions else {})


def _shared(part: Any, definitions: dict[str, Schema]) -> Any:
    """The same schema, in which everything with an `$anchor` is a reference to its definition."""
    if isinstance(part, list):
        return [_shared(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$anchor" not in part:
        return {key: _shared(value, definitions) for key, value in part.items()}
    name = part["$anchor"]
    own = {key: part[key] for key in ("description", "default", "deprecated") if key in part}
    definitions[name] = {key: value for key, value in part.items() if key not in own and key != "$anchor"}
    return {"$ref": f"#/$defs/{name}", **own}
