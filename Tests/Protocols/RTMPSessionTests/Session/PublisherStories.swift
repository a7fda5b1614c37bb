import AMF
import FLV
import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Publishers at a server session")
struct PublisherStories {
    @Test("connect is answered in the order that clients rely on")
    func connect() throws {
        let probe = try ServerProbe.open()
        try probe.send(Templates.connect)
        #expect(
            probe.takeSaid() == [
                "windowAcknowledgementSize(2500000)",
                "setPeerBandwidth(window: 2500000, limitType: RTMPSession.PeerBandwidthLimitType(rawValue: 2))",
                "setChunkSize(60000)",
                "user(RTMPSession.UserControlEvent.streamBegin(messageStreamID: 0))",
                "_result #1 @0 NetConnection.Connect.Success",
            ])
        guard case .connectRequested(let request) = probe.heard.first else {
            Issue.record("no request to connect")
            return
        }
        #expect(request.application == "live")
        #expect(request.tcURL == "rtmp://127.0.0.1/live")
        #expect(request.flashVersion == "FMLE/3.0")
        #expect(request.host == "127.0.0.1")
        #expect(!request.capabilities.isEnhanced)
        #expect(request.properties["type"]?.string == "nonprivate")
    }

    @Test("a whole publish: answers, media as it came, an end")
    func publish() throws {
        let probe = try ServerProbe.connected()
        try probe.send(Templates.releaseStream)
        #expect(probe.takeSaid() == ["_result #2 @0 undefined"])
        try probe.send(Templates.createStream)
        #expect(probe.takeSaid() == ["_result #4 @0 1.0"])
        try probe.send(Templates.publish)
        #expect(
            probe.takeSaid() == [
                "user(RTMPSession.UserControlEvent.streamBegin(messageStreamID: 1))",
                "onStatus #0 @1 NetStream.Publish.Start",
            ])
        guard case .publishRequested(let request) = probe.takeHeard().last else {
            Issue.record("no request to publish")
            return
        }
        #expect(request.address.path == "live/key")
        #expect(request.kind == .live)
        try probe.send(Templates.media)
        #expect(probe.media.map(\.kind) == [.video, .audio, .video, .audio, .video])
        #expect(probe.media.map(\.timestamp) == [0, 0, 0, 0, 200])
        #expect(probe.media[1].payload.hex == "af001210")
        try probe.send(Templates.deleteStream)
        #expect(probe.takeHeard() == [.publishEnded(messageStreamID: 1)])
        #expect(probe.takeSaid().isEmpty)
        #expect(!probe.isClosed)
    }

    @Test("what one read brings comes as one batch")
    func batch() throws {
        var sizes: [Int] = []
        let probe = try ServerProbe.publishing()
        probe.owner = { event in
            if case .media(let messages) = event { sizes.append(messages.count) }
            return []
        }
        try probe.send(Templates.media)
        #expect(sizes == [5])
    }

    @Test("the conversation is the same however it is cut")
    func everyCutting() throws {
        var bytes = ServerProbe.handshake
        let conversation = Templates.setChunkSize4096 + Templates.connect + Templates.releaseStream
        bytes.writeImmutableBuffer(ByteBuffer(hex: conversation + Templates.createStream + Templates.publish))
        var expected: [String]?
        try forEveryCutting(of: bytes) { pieces in
            let probe = ServerProbe()
            for piece in pieces { try probe.receive(piece) }
            let said = probe.takeSaid()
            #expect(said == expected ?? said)
            #expect(said.count == 9)
            expected = said
        }
    }

    @Test("media are the same however they are cut")
    func everyCuttingOfMedia() throws {
        let bytes = ByteBuffer(hex: Templates.media + Templates.deleteStream)
        var expected: [RTMPMedia]?
        try forEveryCutting(of: bytes) { pieces in
            let probe = try ServerProbe.publishing()
            for piece in pieces { try probe.receive(piece) }
            #expect(probe.media.count == 5)
            #expect(probe.media == expected ?? probe.media)
            #expect(probe.heard == [.publishEnded(messageStreamID: 1)])
            expected = probe.media
        }
    }

    @Test(
        "publishing starts whatever the order of the calls before it",
        arguments: [
            ["createStream", "publish"],
            ["createStream", "FCPublish", "publish"],
            ["_checkbw", "createStream", "FCPublish", "publish"],
            ["FCPublish", "releaseStream", "createStream", "createStream", "publish"],
            ["DVRGetStreamInfo", "releaseStream", "FCPublish", "createStream", "publish"],
        ])
    func orders(names: [String]) throws {
        let probe = try ServerProbe.connected()
        for (index, name) in names.enumerated() {
            try probe.send(
                name == "publish"
                    ? .command(name, 0, on: 1, "key")
                    : .command(name, Double(index + 2), name == "createStream" ? .null : "key"))
        }
        #expect(probe.said.last == "onStatus #0 @1 NetStream.Publish.Start")
        #expect(!probe.isClosed)
    }

    @Test("a publish on the connection's own message stream is borne")
    func publishOnStreamZero() throws {
        let probe = try ServerProbe.connected()
        try probe.send(.command("publish", 2, "key", "LIVE"))
        #expect(probe.said.last == "onStatus #0 @0 NetStream.Publish.Start")
        try probe.send(.video("1701000000", on: 1))
        #expect(probe.media.map(\.messageStreamID) == [0])
    }

    @Test("media on a message stream of the encoder's invention belong to its one publish")
    func inventedMessageStream() throws {
        let probe = try ServerProbe.publishing()
        try probe.send(.audio("af01", on: 77))
        #expect(probe.media.map(\.messageStreamID) == [1])
    }

    @Test("with transaction id 0 only createStream is answered, as GStreamer wants it")
    func silentTransactions() throws {
        let probe = try ServerProbe.connected()
        try probe.send(
            .command("releaseStream", 0, "key"), .command("FCPublish", 0, "key"), .command("_checkbw", 0),
            .command("nonsense", 0))
        #expect(probe.said.isEmpty)
        try probe.send(.command("createStream", 0))
        #expect(probe.takeSaid() == ["_result #0 @0 1.0"])
    }

    @Test("onFCPublish carries the id of its request")
    func onFCPublish() throws {
        let probe = try ServerProbe.connected()
        try probe.send(.command("FCPublish", 3, "key"))
        #expect(probe.takeSaid() == ["onFCPublish #3 @0 NetStream.Publish.Start", "_result #3 @0 undefined"])
    }

    @Test("unknown calls get an error, notices and answers nothing")
    func unknownCalls() throws {
        let probe = try ServerProbe.connected()
        try probe.send(
            .command("makeCoffee", 9), .command("_error", 3), .command("onSomething", 4), .command("_checkbw", 5))
        #expect(probe.takeSaid() == ["_error #9 @0 NetConnection.Call.Failed", "_result #5 @0 undefined"])
        #expect(!probe.isClosed)
    }

    @Test("FCUnpublish ends the publish and says so; media on their way are no fault; the name can be published again")
    func unpublishAndAgain() throws {
        let probe = try ServerProbe.publishing()
        try probe.send(.command("FCUnpublish", 6, "key"))
        #expect(probe.takeHeard() == [.publishEnded(messageStreamID: 1)])
        #expect(
            probe.takeSaid() == [
                "onFCUnpublish #6 @0 NetStream.Unpublish.Success", "_result #6 @0 undefined",
                "onStatus #0 @1 NetStream.Unpublish.Success",
            ])
        try probe.send(.video("2701000000"))
        #expect(probe.media.isEmpty)
        try probe.send(.command("publish", 7, on: 1, "key", "append"))
        #expect(probe.said.last == "onStatus #0 @1 NetStream.Publish.Start")
        #expect(!probe.isClosed)
    }

    @Test("closeStream ends the publish and keeps the message stream")
    func closeStream() throws {
        let probe = try ServerProbe.publishing()
        try probe.send(.command("closeStream", 0, on: 1))
        #expect(probe.takeHeard() == [.publishEnded(messageStreamID: 1)])
        #expect(probe.takeSaid() == ["onStatus #0 @1 NetStream.Unpublish.Success"])
        try probe.send(.command("publish", 0, on: 1, "key"))
        #expect(probe.takeSaid().last == "onStatus #0 @1 NetStream.Publish.Start")
    }

    @Test("publish with false ends the publish, as Flash says it, and keeps the connection")
    func publishFalse() throws {
        let probe = try ServerProbe.publishing()
        try probe.send(.command("publish", 0, on: 1, false))
        #expect(probe.takeHeard() == [.publishEnded(messageStreamID: 1)])
        #expect(probe.takeSaid() == ["onStatus #0 @1 NetStream.Unpublish.Success"])
        try probe.send(.command("publish", 0, on: 1, false))
        #expect(probe.takeHeard().isEmpty)
        try probe.send(.command("publish", 0, on: 1, "key"))
        #expect(probe.takeSaid().last == "onStatus #0 @1 NetStream.Publish.Start")
        #expect(!probe.isClosed)
    }

    @Test("headers and metadata that come before the answer are kept, frames are not")
    func earlyMedia() throws {
        var requested: [RTMPRequestID] = []
        let probe = try ServerProbe.connected { event in
            if case .publishRequested(let request) = event { requested.append(request.id) }
            if case .connectRequested(let request) = event { return [.acceptConnect(request.id)] }
            return []
        }
        try probe.send(Templates.createStream + Templates.publish)
        try probe.send(.data(["@setDataFrame", "onMetaData", ["width": 64]]), .data(["onTextData", "early"]))
        try probe.send(Templates.media)
        #expect(probe.media.isEmpty)
        let request = try #require(requested.first)
        try probe.perform(.acceptPublish(request))
        #expect(probe.media.map(\.kind) == [.data, .video, .audio])
        #expect(probe.media.allSatisfy { $0.messageStreamID == 1 })
        try probe.send(.video("2701000000", at: 240))
        #expect(probe.media.count == 4)
    }

    @Test("what is kept before the answer is bounded")
    func earlyMediaBound() throws {
        var configuration = RTMPServerSession.Configuration()
        configuration.earlyMediaMessages = 3
        var requested: [RTMPRequestID] = []
        let probe = try ServerProbe.connected(configuration: configuration) { event in
            if case .publishRequested(let request) = event { requested.append(request.id) }
            if case .connectRequested(let request) = event { return [.acceptConnect(request.id)] }
            return []
        }
        try probe.send(Templates.createStream + Templates.publish)
        for _ in 0..<100 { try probe.send(.video("1700000000")) }
        try probe.perform(.acceptPublish(try #require(requested.first)))
        #expect(probe.media.count == 3)
    }

    @Test("a publish that is withdrawn before the answer is reported, and the answer has no effect")
    func withdrawn() throws {
        var requested: [RTMPRequestID] = []
        let probe = try ServerProbe.connected { event in
            if case .publishRequested(let request) = event { requested.append(request.id) }
            if case .connectRequested(let request) = event { return [.acceptConnect(request.id)] }
            return []
        }
        try probe.send(Templates.createStream + Templates.publish + Templates.deleteStream)
        let id = try #require(requested.first)
        #expect(probe.takeHeard().last == .requestWithdrawn(id))
        _ = probe.takeSaid()
        try probe.perform(.acceptPublish(id))
        #expect(probe.takeSaid().isEmpty)
    }

    @Test("a refused publish hears why before the connection closes")
    func rejected() throws {
        let probe = try ServerProbe.connected { event in
            switch event {
            case .connectRequested(let request): [.acceptConnect(request.id)]
            case .publishRequested(let request):
                [.rejectPublish(request.id, code: .publishBadName, description: "Taken.")]
            default: []
            }
        }
        try probe.send(Templates.createStream + Templates.publish)
        #expect(probe.said.last == "onStatus #0 @1 NetStream.Publish.BadName")
        #expect(probe.isClosed)
    }

    @Test("a refused connect hears why before the connection closes")
    func rejectedConnect() throws {
        let probe = try ServerProbe.open { event in
            guard case .connectRequested(let request) = event else { return [] }
            return [.rejectConnect(request.id, code: .connectInvalidApplication, description: "No such application.")]
        }
        try probe.send(Templates.connect + Templates.createStream)
        #expect(probe.takeSaid() == ["_error #1 @0 NetConnection.Connect.InvalidApp"])
        #expect(probe.isClosed)
    }

    @Test("a publisher that is ended hears why before the connection closes")
    func ended() throws {
        let probe = try ServerProbe.publishing()
        try probe.perform(.endPublish(messageStreamID: 1, code: .publishRejected, description: "Another took over."))
        #expect(probe.takeSaid() == ["onStatus #0 @1 NetStream.Publish.Rejected"])
        #expect(probe.isClosed)
        try probe.send(Templates.interFrame)
        #expect(probe.media.isEmpty)
    }

    @Test("a client that does not wait for the answer to its connect is read once there is one")
    func impatient() throws {
        var requested: RTMPRequestID?
        let probe = try ServerProbe.open { event in
            switch event {
            case .connectRequested(let request): requested = request.id
            case .publishRequested(let request): return [.acceptPublish(request.id)]
            default: break
            }
            return []
        }
        try probe.send(Templates.connect + Templates.createStream)
        try probe.send(Templates.publish)
        #expect(probe.takeSaid().isEmpty)
        try probe.perform(.acceptConnect(try #require(requested)))
        #expect(probe.said.last == "onStatus #0 @1 NetStream.Publish.Start")
        #expect(probe.said.contains("_result #4 @0 1.0"))
    }

    @Test("what Enhanced RTMP clients announce is read, and answered in kind")
    func enhancedRTMP() throws {
        let probe = try ServerProbe.open()
        try probe.send(
            .command(
                "connect", 1,
                object: [
                    "app": "live", "fourCcList": ["hvc1", "av01"], "videoFourCcInfoMap": ["*": 4], "capsEx": 3,
                    "objectEncoding": 3,
                ], "extra"))
        guard case .connectRequested(let request) = probe.heard.first else {
            Issue.record("no request to connect")
            return
        }
        #expect(request.capabilities.fourCCs == ["hvc1", "av01"])
        #expect(request.capabilities.extensions == [.reconnect, .multitrack])
        #expect(request.capabilities.canReceive(.vp9))
        #expect(!RTMPCapabilities(["videoFourCcInfoMap": ["hvc1": 2]]).canReceive(.hevc))
        #expect(RTMPCapabilities(.object(RTMPCapabilities.forwarding.properties)) == .forwarding)
        #expect(request.extraArguments == ["extra"])
        try probe.perform(.requestReconnect(tcURL: "rtmp://elsewhere/live", description: "Maintenance."))
        #expect(probe.said.last == "onStatus #0 @0 NetConnection.Connect.ReconnectRequest")
    }

    @Test("a client that cannot reconnect is not asked to")
    func noReconnect() throws {
        let probe = try ServerProbe.publishing()
        try probe.perform(.requestReconnect(tcURL: nil, description: ""))
        #expect(probe.takeSaid().isEmpty)
    }
}
