"""Runs MiniStack, and makes up for what this version of it (requirements.txt) lacks.

Each of these is named in the report of `npm run deploy:local`: local/deploy-local/gaps.ts.
"""

from ministack.app import main
from ministack.services import dynamodb
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS as handlers


def accept(logical_id, properties, stack_name):
    """Creates nothing."""
    return f"{stack_name}-{logical_id}", {"Arn": f"arn:aws:accepted:::{logical_id}"}


def accept_update(physical_id, old_properties, new_properties, stack_name):
    return physical_id, {}


handlers.setdefault(
    "AWS::Logs::QueryDefinition",
    {"create": accept, "update": accept_update, "delete": lambda physical_id, properties: None},
)

alarm = handlers["AWS::CloudWatch::Alarm"]
create_alarm = alarm["create"]
alarm["create"] = lambda logical_id, properties, stack_name: (
    accept if "Metrics" in properties else create_alarm
)(logical_id, properties, stack_name)

secret = handlers["AWS::SecretsManager::Secret"]
create_secret = secret["create"]


def create_secret_with_arn(logical_id, properties, stack_name):
    """`Ref` of a secret is its ARN; MiniStack gives its name."""
    _, attributes = create_secret(logical_id, properties, stack_name)
    return attributes["Arn"], attributes


secret["create"] = create_secret_with_arn

partiql_insert = dynamodb._partiql_insert


def partiql_insert_with_stream(table, parsed):
    """MiniStack writes a stream record for every write but those of PartiQL."""
    answer = partiql_insert(table, parsed)
    if answer[0] == 200:
        item = parsed["item"]
        written = item["M"] if set(item) == {"M"} else item
        dynamodb._emit_stream_event(table["TableName"], "INSERT", None, written)
    return answer


dynamodb._partiql_insert = partiql_insert_with_stream

main()
