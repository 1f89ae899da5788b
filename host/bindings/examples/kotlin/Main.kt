// A device in Kotlin: an order is made, and sent when there is a network. On Android the same calls are made from a
// view model; `Platform` takes its randomness from `SecureRandom`, and the folder is `context.filesDir`.
package example

import java.security.SecureRandom
import java.util.TimeZone
import kotlinx.coroutines.runBlocking
import uniffi.lockstep_bindings.*

class Phone : Platform {
    private val random = SecureRandom()
    override fun nowMs(): Long = System.currentTimeMillis()
    override fun utcOffsetMinutes(): Int = TimeZone.getDefault().getOffset(nowMs()) / 60_000
    override fun random(): ULong = random.nextLong().toULong()
}

class Screen : Listener {
    override fun onEvent(event: Event) = when (event) {
        is Event.Inbox -> println("${event.open} rejected operations to see to")
        is Event.Operation -> println("operation ${event.sequence}: ${event.state}")
        is Event.InSync -> println("in sync")
        else -> Unit
    }
}

fun main(arguments: Array<String>) = runBlocking {
    val (folder, address, environmentKey, token) = arguments
    val settings = Settings(
        folder = folder, device = "sams-phone", environment = "demo", environmentKey = environmentKey,
        address = address, authorities = null, locale = "de-AT", quotaBytes = 500_000_000UL, keepDays = 180U,
        limits = usualLimits(), key = null,
    )
    val device = Device.open(settings, Phone())
    device.listen(Screen())
    device.signIn(Identity(user = "sam", company = "1000", roles = listOf("sales")), token)
    try {
        device.refresh()
    } catch (offline: LockstepException.Server) {
        println("offline: what was fetched before is used")
    }
    device.synchroniseAutomatically(900U)

    for (tile in device.dashboard()) println("${tile.title} (${tile.name})")
    val draft = device.draft("sales-orders", "sales-order", null)
    draft.setText("customer", "C-1001")
    val row = draft.addRow("lines")
    draft.setText("lines[$row].item", "I-100")
    val shown = draft.setText("lines[$row].quantity", "3")
    for (issue in shown.issues) println("${issue.place}: ${issue.text}")
    try {
        val submitted = draft.submit(draft.action(), Doing())
        println("stored as operation ${submitted.sequence}")
    } catch (refused: LockstepException.Refused) {
        println("refused: ${refused.sentence}")
    }
    val status = device.status()
    println("in sync: ${status.isInSync}, waiting: ${status.waiting}")
    device.close()
}
