"""A user's day: fetches what there is, works without a network, comes back, and sees what became of it."""

import asyncio
import json
import os
import queue
import secrets
import sys
import time
import urllib.request

import lockstep_bindings as lockstep

FOLDER, ADDRESS, TOKEN = sys.argv[1:]
# Nobody listens there.
NOWHERE = "http://127.0.0.1:1"


class Machine(lockstep.Platform):
    def now_ms(self):
        return time.time_ns() // 1_000_000

    def utc_offset_minutes(self):
        return 60

    def random(self):
        return secrets.randbits(64)


class Screen(lockstep.Listener):
    def __init__(self):
        self.events = queue.SimpleQueue()

    def on_event(self, event):
        self.events.put(event)

    def wait_for(self, wanted):
        while True:
            event = self.events.get(timeout=120)
            if wanted(event):
                return event


def settings(address, **changes):
    with urllib.request.urlopen(ADDRESS + "/v1/environment") as answer:
        environment = json.load(answer)
    values = dict(
        folder=FOLDER, device="maras-phone", environment=environment["name"],
        environment_key=environment["public-key"], address=address, authorities=None, locale="de", quota_bytes=1 << 30,
        keep_days=180, limits=lockstep.usual_limits(), key=None,
    )
    return lockstep.Settings(**{**values, **changes})


IDENTITY = lockstep.Identity(user="mara", company="main", roles=["sales"])


async def first_day():
    """Everything is awaited."""
    device = await lockstep.Device.open(settings(ADDRESS), Machine())
    assert await device.identity() is None
    try:
        await device.refresh()
        raise AssertionError("nobody has signed in")
    except lockstep.LockstepError.NotSignedIn:
        pass
    await device.sign_in(IDENTITY, TOKEN)
    refresh = await device.refresh()
    assert refresh.has_changed and refresh.added == ["sales-orders"], refresh
    assert not (await device.refresh()).has_changed
    assert await device.sync() == lockstep.Synced.DONE(), "all is fetched"
    [tile] = await device.dashboard()
    assert tile.name == "sales-orders" and tile.trouble is None, tile
    workspace = await device.workspace("sales-orders")
    assert [page.name for page in workspace.pages] == ["orders", "order"], workspace
    status = await device.status()
    assert status.is_in_sync and status.in_sync_at_ms and status.used_bytes < status.quota_bytes, status


def field(view, path):
    return next(field for field in view.fields if field.path == path)


def offline():
    """Everything blocks. There is no network, and no token."""
    device = lockstep.Device.open_blocking(settings(NOWHERE), Machine())
    assert device.identity_blocking() == IDENTITY
    draft = device.draft_blocking("sales-orders", "sales-order", None)
    assert draft.is_new() and draft.action() == "create"
    view = draft.show_blocking()
    assert view.refusal, "a customer is missing"
    try:
        draft.submit_blocking("create", lockstep.Doing())
        raise AssertionError("stored without a customer")
    except lockstep.LockstepError.Refused as refused:
        assert refused.sentence, refused
    try:
        draft.set_blocking("customer", lockstep.Value.BOOLEAN(True))
        raise AssertionError("a customer is no boolean")
    except lockstep.LockstepError.WrongValue as error:
        assert error.path == "customer"
    draft.set_text_blocking("customer", "C-100")
    row = draft.add_row_blocking("lines")
    draft.set_text_blocking(f"lines[{row}].item", "I-1000")
    view = draft.set_blocking(f"lines[{row}].quantity", lockstep.Value.DECIMAL("12"))
    price = field(view.collections[0].rows[0], f"lines[{row}].unit-price")
    assert price.value == lockstep.Value.DECIMAL("19.99") and "," in price.text, price
    assert view.refusal is None, view.refusal
    assert any(action.name == "create" and action.is_allowed for action in view.actions), view.actions
    submitted = draft.submit_blocking("create", lockstep.Doing())
    assert submitted.sequence == 1 and submitted.records[0] == draft.record()

    page = device.page_blocking("sales-orders", "orders", lockstep.PageQuery())
    assert page.total == 1 and page.rows[0].is_pending and page.rows[0].key == draft.record().key, page
    none = lockstep.Condition(field="customer", values=[lockstep.Value.TEXT("C-110")])
    assert device.page_blocking("sales-orders", "orders", lockstep.PageQuery(filter=[none])).total == 0
    assert device.page_blocking("sales-orders", "orders", lockstep.PageQuery(search="c-100", limit=1)).total == 1

    # It was never sent, so it can be changed.
    again = device.edit_blocking(1)
    again.set_text_blocking(f"lines[{row}].quantity", "15")
    assert again.submit_blocking(again.action(), lockstep.Doing()).sequence == 1
    [operation] = device.operations_blocking()
    assert operation.state == lockstep.OperationState.PENDING and operation.is_overlaid, operation

    device.sign_in_blocking(IDENTITY, TOKEN)
    assert isinstance(device.sync_blocking(), lockstep.Synced.LATER)
    status = device.status_blocking()
    assert status.waiting == 1 and not status.is_in_sync and status.trouble, status
    try:
        device.withdraw_blocking(1)
        raise AssertionError("it may have been sent")
    except lockstep.LockstepError.NotPossible as error:
        assert error.sequence == 1
    return draft.record().key


def back_again(key):
    """With the network everything drains by itself."""
    device = lockstep.Device.open_blocking(settings(ADDRESS), Machine())
    screen = Screen()
    device.listen(screen)
    device.sign_in_blocking(IDENTITY, TOKEN)
    device.synchronise_automatically(3600)
    accepted = screen.wait_for(lambda event: event.is_OPERATION() and event.sequence == 1)
    assert accepted.state == lockstep.OperationState.ACCEPTED, accepted
    screen.wait_for(lambda event: event.is_IN_SYNC())
    [row] = device.page_blocking("sales-orders", "orders", lockstep.PageQuery()).rows
    assert row.key == key and not row.is_pending, row
    [operation] = device.operations_blocking()
    assert operation.state == lockstep.OperationState.ACCEPTED and operation.decided_at_ms, operation
    assert device.inbox_blocking() == []
    # What is made now is sent without being asked.
    draft = device.draft_blocking("sales-orders", "sales-order", key)
    draft.set_text_blocking("delivery-terms", "EXW")
    assert draft.submit_blocking("update", lockstep.Doing()).sequence == 2
    screen.wait_for(lambda event: event.is_OPERATION() and event.sequence == 2
                    and event.state == lockstep.OperationState.ACCEPTED)
    for call, error in [
        (lambda: device.workspace_blocking("none"), lockstep.LockstepError.NoSuch),
        (lambda: device.discard_blocking(1), lockstep.LockstepError.NotPossible),
        (lambda: device.edit_blocking(1), lockstep.LockstepError.NotPossible),
    ]:
        try:
            call()
            raise AssertionError(f"no {error}")
        except error:
            pass


def refused_settings():
    for changes in [{"environment_key": "no key"}, {"key": b"short"}]:
        try:
            lockstep.Device.open_blocking(settings(ADDRESS, **changes), Machine())
            raise AssertionError(f"opened with {changes}")
        except lockstep.LockstepError.Settings:
            pass
    try:
        lockstep.Device.open_blocking(settings(ADDRESS, device="another"), Machine())
        raise AssertionError("opened as another device")
    except (lockstep.LockstepError.OtherDevice, lockstep.LockstepError.Storage):
        pass


asyncio.run(first_day())
back_again(offline())
refused_settings()
print("bindings: a device in Python has fetched, worked offline, synchronised and seen its verdicts", flush=True)
# The devices' threads may be asking for the time still, of an interpreter that is going.
os._exit(0)
