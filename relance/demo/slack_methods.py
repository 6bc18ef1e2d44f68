"""The methods of Slack's Web API that Relance calls, as the stand-in answers them."""

import secrets
from collections.abc import Callable
from typing import Any

from relance.demo.slack_limits import message_errors, view_errors
from relance.demo.slack_world import APP_ID, BOT_ID, BOT_USER, TEAM, Json, SlackError, World

Method = Callable[[World, Json], Json]
YES = (True, "true", "1", 1)
CONTENT = ("text", "blocks")


def content(args: Json) -> Json:
    """Return text and blocks once checked against Slack's limits. Raises SlackError."""
    code, details = message_errors(args)
    if code:
        raise SlackError(code, details)
    return {key: args[key] for key in CONTENT if key in args}


def _view(args: Json, kind: str = "modal") -> Json:
    view = args.get("view")
    errors = view_errors(view)
    if errors:
        raise SlackError("invalid_arguments", errors)
    if not isinstance(view, dict) or view["type"] != kind:
        raise SlackError("invalid_arguments", [f"view type must be {kind} [json-pointer:/view/type]"])
    return view


def _seen(message: Json, *, metadata: bool = False) -> Json:
    """Return a message as the API shows it."""
    hidden = {"channel"} if metadata else {"channel", "metadata"}
    return {key: value for key, value in message.items() if key not in hidden}


def auth_test(_world: World, _args: Json) -> Json:
    """Say who the bot is."""
    bot = {"user": "relance", "user_id": BOT_USER, "bot_id": BOT_ID, "app_id": APP_ID}
    return {"url": "https://durand.slack.example/", "team": "Atelier Durand", "team_id": TEAM, **bot}


def post_message(world: World, args: Json) -> Json:
    """Post in a channel, a thread, or before one person (a user id opens the direct channel)."""
    key = str(args.get("channel") or "")
    channel = world.direct(key) if key.startswith("U") else world.channel(key)
    if not channel["is_member"]:
        raise SlackError("not_in_channel")
    more: Json = {"thread_ts": args.get("thread_ts"), "metadata": args.get("metadata")}
    message = world.post(channel["id"], content(args), **more)
    return {"channel": channel["id"], "ts": message["ts"], "message": _seen(message, metadata=True)}


def post_ephemeral(world: World, args: Json) -> Json:
    """Show a message to one person only."""
    channel = world.channel(str(args.get("channel") or ""))
    if args.get("user") not in world.people:
        raise SlackError("user_not_in_channel")
    more: Json = {"to": args["user"], "thread_ts": args.get("thread_ts")}
    return {"message_ts": world.post(channel["id"], content(args), kind="ephemeral", **more)["ts"]}


def update(world: World, args: Json) -> Json:
    """Change a message of the bot's own."""
    message = world.find(str(args.get("channel")), str(args.get("ts")))
    if message["user"] != BOT_USER:
        raise SlackError("cant_update_message")
    world.change(message, content({"blocks": message.get("blocks"), **args}))
    return {
        "channel": message["channel"],
        "ts": message["ts"],
        "text": message.get("text", ""),
        "message": _seen(message),
    }


def delete(world: World, args: Json) -> Json:
    """Take a message away."""
    message = world.find(str(args.get("channel")), str(args.get("ts")))
    world.remove(message)
    return {"channel": message["channel"], "ts": message["ts"]}


def _opener(world: World, args: Json) -> str:
    user = world.triggers.pop(str(args.get("trigger_id")), None)
    if user is None:
        raise SlackError("expired_trigger_id")
    return user


def views_open(world: World, args: Json) -> Json:
    """Open a modal before the person who pressed or typed."""
    view = _view(args)
    return {"view": world.show_view(_opener(world, args), view)}


def views_push(world: World, args: Json) -> Json:
    """Open a modal on top of another."""
    view = _view(args)
    return {"view": world.show_view(_opener(world, args), view, push=True)}


def views_update(world: World, args: Json) -> Json:
    """Change a modal that is open."""
    return {"view": world.change_view(str(args.get("view_id")), _view(args), args.get("hash"))}


def views_publish(world: World, args: Json) -> Json:
    """Publish somebody's Home tab."""
    view, user = _view(args, "home"), str(args.get("user_id"))
    if user not in world.people:
        raise SlackError("user_not_found")
    shown = {**view, "id": f"V{world.number():06d}", "hash": secrets.token_hex(4), "user": user}
    world.homes[user] = shown
    world.note("home", shown)
    return {"view": shown}


def _page(messages: list[Json], args: Json) -> Json:
    """Return one page of messages with the cursor of the next."""
    start, size = int(args.get("cursor") or 0), int(args.get("limit") or 100)
    metadata = args.get("include_all_metadata") in YES
    page = [_seen(message, metadata=metadata) for message in messages[start : start + size]]
    following = str(start + size) if start + size < len(messages) else ""
    return {"messages": page, "has_more": bool(following), "response_metadata": {"next_cursor": following}}


def _between(args: Json, ts: str) -> bool:
    inclusive = args.get("inclusive") in YES
    low, high = float(args.get("oldest") or 0), float(args.get("latest") or 1e12)
    return low < float(ts) < high or (inclusive and float(ts) in (low, high))


def history(world: World, args: Json) -> Json:
    """Return a channel's messages, newest first, without those of threads."""
    key = world.channel(str(args.get("channel")))["id"]
    top = [m for m in world.messages if m["channel"] == key and m.get("thread_ts") in (None, m["ts"])]
    return _page([m for m in reversed(top) if _between(args, m["ts"])], args)


def replies(world: World, args: Json) -> Json:
    """Return a thread, oldest first."""
    parent = world.find(str(args.get("channel")), str(args.get("ts")))
    same = [m for m in world.messages if m["channel"] == parent["channel"]]
    return _page([m for m in same if parent["ts"] in (m["ts"], m.get("thread_ts"))], args)


def conversations_open(world: World, args: Json) -> Json:
    """Open the direct channel with one person."""
    users = args.get("users") or ""
    user = users[0] if isinstance(users, list) else str(users).split(",")[0]
    return {"channel": {"id": world.direct(user)["id"]}}


def conversations_info(world: World, args: Json) -> Json:
    """Describe a channel."""
    return {"channel": world.channel(str(args.get("channel")))}


def users_info(world: World, args: Json) -> Json:
    """Describe a person."""
    if args.get("user") not in world.people:
        raise SlackError("user_not_found")
    return {"user": world.people[args["user"]]}


def users_list(world: World, _args: Json) -> Json:
    """List everybody."""
    return {"members": list(world.people.values()), "response_metadata": {"next_cursor": ""}}


def group_users(world: World, args: Json) -> Json:
    """List the members of a user group."""
    if args.get("usergroup") not in world.groups:
        raise SlackError("no_such_subteam")
    return {"users": world.groups[args["usergroup"]]["users"]}


def groups(world: World, args: Json) -> Json:
    """List the user groups."""
    hidden = set() if args.get("include_users") in YES else {"users"}
    return {"usergroups": [{k: v for k, v in g.items() if k not in hidden} for g in world.groups.values()]}


def upload_address(world: World, args: Json) -> Json:
    """Give an address for a file; the server adds its own name before the path."""
    if int(args.get("length") or 0) <= 0 or not args.get("filename"):
        raise SlackError("invalid_arguments", ["missing required field: filename, length"])
    key = f"F{world.number():06d}"
    world.files[key] = {"id": key, "name": args["filename"], "length": int(args["length"]), "content": None}
    return {"upload_url": f"upload/{key}", "file_id": key}


def upload_done(world: World, args: Json) -> Json:
    """Share uploaded files in a channel or a thread."""
    shared = [world.files.get(one.get("id", "")) for one in args.get("files") or []]
    if not shared or any(file is None or file["content"] is None for file in shared):
        raise SlackError("file_not_found")
    listed = [{"id": file["id"], "name": file["name"], "title": file["name"]} for file in shared if file]
    if args.get("channel_id"):
        key = world.channel(args["channel_id"])["id"]
        text = {"text": args.get("initial_comment") or "", "files": listed}
        world.post(key, text, kind="file", thread_ts=args.get("thread_ts"))
    return {"files": listed}


def files_info(world: World, args: Json) -> Json:
    """Describe a file; the server adds its own name before the path."""
    file = world.files.get(str(args.get("file")))
    if file is None:
        raise SlackError("file_not_found")
    return {"file": {key: value for key, value in file.items() if key != "content"}}


def connections_open(_world: World, _args: Json) -> Json:
    """Refuse Socket Mode, which the stand-in does not speak."""
    raise SlackError("not_allowed_token_type")


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
    "conversations.history": history,
    "conversations.replies": replies,
    "conversations.open": conversations_open,
    "conversations.info": conversations_info,
    "users.info": users_info,
    "users.list": users_list,
    "usergroups.users.list": group_users,
    "usergroups.list": groups,
    "files.info": files_info,
    "files.getUploadURLExternal": upload_address,
    "files.completeUploadExternal": upload_done,
    "apps.connections.open": connections_open,
}


def answer_url(world: World, token: str, body: Json) -> None:
    """Act on a post to a response_url: a new message, or the one clicked replaced or deleted."""
    address = world.response_urls.get(token)
    if address is None or address.left <= 0:
        raise SlackError("used_url" if address else "expired_url")
    address.left -= 1
    shown = _clicked(world, address.channel, address.ts)
    if shown and body.get("delete_original") in YES:
        world.remove(shown)
    elif shown and body.get("replace_original") in YES:
        world.change(shown, {"blocks": [], **content(body)})
    elif body.get("response_type") == "in_channel":
        world.post(address.channel, content(body))
    else:
        world.post(address.channel, content(body), kind="ephemeral", to=address.user)


def _clicked(world: World, channel: str, ts: str | None) -> Any:
    both = [*world.messages, *world.ephemerals]
    return next((m for m in both if m["channel"] == channel and m["ts"] == ts), None)
