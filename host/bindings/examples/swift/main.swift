// A device in Swift: an order is made, and sent when there is a network. In an app the same calls are made from a view
// model, and the folder is that of the application's support.
import Foundation

final class Phone: Platform {
    func nowMs() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
    func utcOffsetMinutes() -> Int32 { Int32(TimeZone.current.secondsFromGMT() / 60) }
    func random() -> UInt64 { UInt64.random(in: .min ... .max) }
}

final class Screen: Listener {
    func onEvent(event: Event) {
        switch event {
        case let .inbox(open): print("\(open) rejected operations to see to")
        case let .operation(sequence, state): print("operation \(sequence): \(state)")
        case .inSync: print("in sync")
        default: break
        }
    }
}

let arguments = CommandLine.arguments
let settings = Settings(
    folder: arguments[1], device: "sams-phone", environment: "demo", environmentKey: arguments[3],
    address: arguments[2], authorities: nil, locale: "de-AT", quotaBytes: 500_000_000, keepDays: 180,
    limits: usualLimits(), key: nil)
let device = try await Device.open(settings: settings, platform: Phone())
try device.listen(listener: Screen())
try await device.signIn(identity: Identity(user: "sam", company: "1000", roles: ["sales"]), token: arguments[4])
do {
    _ = try await device.refresh()
} catch let LockstepError.Server(sentence) {
    print("offline, what was fetched before is used: \(sentence)")
}
try device.synchroniseAutomatically(everySeconds: 900)

for tile in try await device.dashboard() { print("\(tile.title) (\(tile.name))") }
let draft = try await device.draft(workspace: "sales-orders", entity: "sales-order", key: nil)
_ = try await draft.setText(path: "customer", text: "C-1001")
let row = try await draft.addRow(collection: "lines")
_ = try await draft.setText(path: "lines[\(row)].item", text: "I-100")
let shown = try await draft.setText(path: "lines[\(row)].quantity", text: "3")
for issue in shown.issues { print("\(issue.place): \(issue.text)") }
do {
    let submitted = try await draft.submit(action: draft.action(), doing: Doing())
    print("stored as operation \(submitted.sequence)")
} catch let LockstepError.Refused(sentence) {
    print("refused: \(sentence)")
}
let status = try await device.status()
print("in sync: \(status.isInSync), waiting: \(status.waiting)")
