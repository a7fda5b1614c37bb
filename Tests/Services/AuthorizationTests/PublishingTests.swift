import Catalogue
import ConfigurationReading
import EndpointCore
import Foundation
import Logging
import MediaModel
import Testing

@testable import Authorization

@Suite("Publishing: who may")
struct PublishingTests {
    private typealias Policy = ServerConfiguration.Auth.PublishPolicy
    private let show: StreamPath
    private let other: StreamPath

    init() throws {
        show = try StreamPath("live/show")
        other = try StreamPath("live/other")
    }

    private func stage(_ policy: ServerConfiguration.Auth.PublishPolicy) -> Stage {
        Stage { configuration in
            configuration.auth.publish = policy
            configuration.auth.keys = [
                PublishKey(secret: Secret("s3"), path: show), PublishKey(secret: Secret("s4"), path: other),
            ]
        }
    }

    @Test("open lets everybody in, local the same machine, key nobody without")
    func policies() async {
        #expect(await stage(.open).publish("show") == .allow(show))
        #expect(await stage(.local).publish("show", from: "127.0.0.1", isFromThisMachine: true) == .allow(show))
        #expect(await stage(.local).publish("show") == .deny(.keyRequired))
        #expect(
            await stage(.key).publish("show", from: "127.0.0.1", isFromThisMachine: true) == .deny(.keyRequired))
        #expect(await stage(.local).publish("show", from: "unknown") == .deny(.keyRequired))
    }

    @Test("a loopback address alone makes nobody a program on this machine", arguments: ["127.0.0.1", "::1"])
    func address(address: String) async {
        #expect(await stage(.local).publish("show", from: address) == .deny(.keyRequired))
        #expect(await stage(.local).publish("show", [("key", "s3")], from: address) == .allow(show))
    }

    @Test("an application says otherwise of itself")
    func perApplication() async throws {
        let stage = stage(.key)
        stage.change {
            $0.applications["lab"] = {
                var lab = ApplicationConfiguration(); lab.auth.publish = .open; return lab
            }()
        }
        #expect(await stage.publish("show", in: "lab") == .allow(try StreamPath("lab/show")))
        #expect(await stage.publish("show") == .deny(.keyRequired))
    }

    @Test(
        "a key of the configuration as the name says which stream",
        arguments: ServerConfiguration.Auth.PublishPolicy.allCases)
    func keyAsName(policy: ServerConfiguration.Auth.PublishPolicy) async {
        #expect(await stage(policy).publish("s3") == .allow(show))
        #expect(await stage(policy).publish("s3", in: "elsewhere") == .allow(show))
    }

    @Test("a key as a parameter opens its own stream only", arguments: ["key", "token", "pass", "password"])
    func keyAsParameter(parameter: String) async {
        #expect(await stage(.key).publish("show", [(parameter, "s3")]) == .allow(show))
        #expect(await stage(.local).publish("show", [(parameter, "s3")]) == .allow(show))
        #expect(await stage(.key).publish("show", [(parameter, "s4")]) == .deny(.keyRefused))
        #expect(await stage(.key).publish("show", [(parameter, "")]) == .deny(.keyRequired))
        #expect(await stage(.key).publish("show", [(parameter, "wrong")]) == .deny(.keyRefused))
        #expect(await stage(.open).publish("show", [(parameter, "wrong")]) == .allow(show))
        #expect(await stage(.key).publish("show", [("user", "s3")]) == .deny(.keyRequired))
    }

    @Test("an illegal name is refused before anything else")
    func illegalName() async {
        #expect(await stage(.open).publish("../show") == .deny(.illegalName(.forbiddenPart)))
        #expect(await stage(.key).publish("") == .deny(.illegalName(.empty)))
    }

    @Test("a key of the catalogue opens its stream, as name and as parameter, and no other")
    func catalogueKey() async throws {
        let stage = stage(.key)
        let (stream, issued) = try await stage.streams.register(
            title: "My Live Event", application: "live", name: nil, isRecorded: false)
        #expect(stream.path.description == "live/my-live-event")
        let secret = issued.secret.revealed
        #expect(await stage.publish(secret) == .allow(stream.path))
        #expect(await stage.publish(secret, in: "anything") == .allow(stream.path))
        #expect(await stage.publish("my-live-event", [("key", secret)]) == .allow(stream.path))
        #expect(await stage.publish("show", [("key", secret)]) == .deny(.keyRefused))
        #expect(await stage.publish("my-live-event") == .deny(.keyRequired))
        #expect(await stage.publish(String(secret.dropLast())) == .deny(.keyRefused))
        #expect(await stage.publish(secret + "a") == .deny(.keyRefused))
        #expect(await stage.publish(secret.uppercased()) == .deny(.keyRequired))
    }

    @Test(
        "what looks like a key is never taken for a name, where anybody may publish too",
        arguments: ServerConfiguration.Auth.PublishPolicy.allCases)
    func neverAName(policy: ServerConfiguration.Auth.PublishPolicy) async {
        for name in ["swk_old", "swk_", "swt_sometoken"] {
            #expect(await stage(policy).publish(name, from: "127.0.0.1") == .deny(.keyRefused))
            #expect(await stage(policy).play(name) == .deny(.keyAsName))
        }
    }

    @Test("a name that is a key of the configuration is played like any other, so that nobody learns keys by playing")
    func noOracle() async throws {
        let stage = stage(.key)
        #expect(await stage.play("s3") == .allow(try StreamPath("live/s3")))
        #expect(await stage.play("wrong") == .allow(try StreamPath("live/wrong")))
        stage.change { $0.auth.play = .token }
        #expect(await stage.play("s3") == .deny(.tokenRequired))
        // Written like a key of the catalogue, and answered as one, whether it is one or not.
        let issued = try await stage.streams.register(
            title: "Show", application: "live", name: nil, isRecorded: false
        ).1
        #expect(await stage.play(issued.secret.revealed) == .deny(.keyAsName))
        #expect(await stage.play("swk_none") == .deny(.keyAsName))
    }

    @Test("a key ends at its time, is bound to its addresses, and is gone with its stream")
    func bounds() async throws {
        let stage = stage(.key)
        let range = try #require(AddressRange("192.0.2.0/24"))
        let (stream, first) = try await stage.streams.register(
            title: "Show", application: "live", name: "show", isRecorded: false, key: .init(addresses: [range]))
        #expect(await stage.publish(first.secret.revealed) == .allow(show))
        #expect(await stage.publish(first.secret.revealed, from: "198.51.100.1") == .deny(.addressRefused))
        #expect(
            await stage.publish("show", [("key", first.secret.revealed)], from: "2001:db8::1") == .deny(.addressRefused)
        )

        let past = try #require(
            try await stage.streams.issueKey(for: stream.id, .init(expiresAt: .now.addingTimeInterval(-1))))
        #expect(await stage.publish(past.secret.revealed) == .deny(.keyExpired))
        #expect(await stage.publish("show", [("key", past.secret.revealed)]) == .deny(.keyExpired))

        // Rotation: the new key is good, the old one has ended.
        let second = try #require(
            try await stage.streams.issueKey(for: stream.id, .init(label: "new"), endingOthers: .now))
        #expect(await stage.publish(second.secret.revealed) == .allow(show))
        #expect(await stage.publish(first.secret.revealed) == .deny(.keyExpired))

        #expect(try await stage.storage.removeStream(stream.id))
        #expect(await stage.publish(second.secret.revealed) == .deny(.keyRefused))
    }

    @Test("addresses are held against the lists of the application, of the key's own where a key names it")
    func addressLists() async throws {
        let stage = stage(.open)
        stage.change { configuration in
            var live = ApplicationConfiguration()
            live.auth.publishers.allowed = ["192.0.2.0/24", "2001:db8::/32"].compactMap { AddressRange($0) }
            live.auth.publishers.denied = ["192.0.2.128/25"].compactMap { AddressRange($0) }
            live.auth.players.denied = ["198.51.100.0/24"].compactMap { AddressRange($0) }
            configuration.applications["live"] = live
        }
        for (address, isAllowed) in [
            ("192.0.2.7", true), ("192.0.2.200", false), ("198.51.100.1", false), ("2001:db8::9", true), ("::1", false),
            ("unknown", false),
        ] {
            let expected: StreamDecision = isAllowed ? .allow(show) : .deny(.addressRefused)
            #expect(await stage.publish("show", from: address) == expected)
            #expect(await stage.publish("s3", in: "other", from: address) == expected)
        }
        #expect(await stage.publish("show", in: "other", from: "198.51.100.1") == .allow(try StreamPath("other/show")))
        #expect(await stage.play("show", from: "198.51.100.1") == .deny(.addressRefused))
        #expect(await stage.play("show") == .allow(show))
    }

    @Test("a login opens what was proved")
    func login() async throws {
        let stage = stage(.key)
        #expect(await stage.publish("show", login: StreamLogin(paths: [show])) == .allow(show))
        #expect(await stage.publish("show", login: StreamLogin(paths: [other])) == .deny(.keyRequired))
    }

    @Test("without a data folder the configuration decides, and a key of the catalogue is not refused for good")
    func noFolder() async throws {
        let stage = stage(.key)
        try Data().write(to: URL(fileURLWithPath: stage.folder))
        #expect(await stage.publish("s3") == .allow(show))
        #expect(await stage.publish("swk_abc") == .deny(.unavailable))
        #expect(await stage.publish("show", [("key", "swk_abc")]) == .deny(.unavailable))
        #expect(await stage.publish("show", [("key", "abc")]) == .deny(.keyRefused))
    }

    @Test("nothing that describes itself shows a secret")
    func silence() async throws {
        let wish = StreamWish(
            application: "live", name: "swk_secret", query: [(name: "key", value: "swk_secret")], peerAddress: far)
        let connect = ConnectWish(
            application: "live", query: [(name: "key", value: "swk_secret")], client: "FMLE/3.0", peerAddress: far)
        let issued = try await Stage().streams.register(title: "A", application: "live", name: nil, isRecorded: false).1
        var dumped = ""
        dump(wish, to: &dumped)
        dump(connect, to: &dumped)
        dump(issued, to: &dumped)
        for text in [
            "\(wish)", String(reflecting: wish), "\(connect)", "\(issued)", String(reflecting: issued), dumped,
        ] {
            #expect(!text.contains("swk_"))
        }
    }
}

@Suite("Setting up live streams")
struct RegistrarTests {
    @Test(
        "a title becomes a name for URLs",
        arguments: [
            ("My Live Event", "live/my-live-event"), ("  --Äh! 100 % ", "live/h-100"), ("UPPER", "live/upper"),
            (String(repeating: "long ", count: 30), "live/" + String(repeating: "long-", count: 11) + "long"),
        ])
    func names(title: String, path: String) async throws {
        let stream = try await Stage().streams.register(
            title: title, application: "live", name: nil, isRecorded: true
        ).0
        #expect(stream.path.description.hasPrefix(path.prefix(62)))
        #expect(stream.isRecorded)
    }

    @Test("two of one title have names of their own, and a title without letters has one")
    func collisions() async throws {
        let streams = try await Stage().streams
        var paths: Set<StreamPath> = []
        for title in ["Show", "Show", "show!", "日本", "日本", "swk_ x"] {
            paths.insert(
                try await streams.register(title: title, application: "live", name: nil, isRecorded: false).0.path)
        }
        #expect(paths.count == 6)
        #expect(paths.allSatisfy { !SecretText.isReserved($0.name) })
        await #expect(throws: CatalogueFault.pathTaken(try StreamPath("live/show"))) {
            try await streams.register(title: "x", application: "live", name: "show", isRecorded: false)
        }
    }

    @Test("what cannot be is refused")
    func faults() async throws {
        let streams = try await Stage().streams
        for (title, application, name, fault) in [
            ("", "live", nil, RegistrationFault.title), ("a\nb", "live", nil, .title),
            (String(repeating: "a", count: 201), "live", nil, .title), ("a\u{202E}b", "live", nil, .title),
            ("a", "..", nil, .path(.forbiddenPart)), ("a", "live", "a b", .path(.forbiddenCharacter)),
            ("a", "live", "swk_x", .reservedName),
        ] as [(String, String, String?, RegistrationFault)] {
            await #expect(throws: fault) {
                try await streams.register(title: title, application: application, name: name, isRecorded: false)
            }
        }
        for (wish, fault) in [
            (LiveStreamRegistrar.KeyWish(label: ""), RegistrationFault.label), (.init(label: "a\tb"), .label),
            (.init(user: "a b"), .user), (.init(user: "a&b"), .user), (.init(user: ""), .user),
            (.init(addresses: Array(repeating: AddressRange("::1")!, count: 33)), .tooManyAddresses),
        ] {
            await #expect(throws: fault) {
                try await streams.register(title: "a", application: "live", name: nil, isRecorded: false, key: wish)
            }
        }
    }

    @Test("secrets are of one form, and none is made twice")
    func secrets() {
        let made = (0..<1_000).map { _ in SecretText.make(.streamKey).revealed }
        #expect(Set(made).count == 1_000)
        #expect(
            made.allSatisfy {
                $0.count == 36 && $0.hasPrefix("swk_") && (try? StreamPath(application: "live", name: $0)) != nil
            })
    }

    @Test("the first token is made once, for its owner alone")
    func firstToken() async throws {
        let stage = Stage()
        let storage = try await stage.storage
        for _ in 0..<2 { try await FirstToken.prepare(storage, folder: stage.folder, logger: .init(label: "test")) }
        let path = "\(stage.folder)/first-token"
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        let secret = try String(contentsOfFile: path, encoding: .utf8).dropLast()
        let token = try #require(try await storage.token(SecretDigest(of: secret)))
        #expect(token.role == .admin && token.isFirst && token.applications == nil)
        #expect(try await storage.tokens(PageRequest()).entries.count == 1)
    }
}
