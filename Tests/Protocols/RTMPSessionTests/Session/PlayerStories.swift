import AMF
import NIOCore
import RTMPSession
import TestSupport
import Testing

@Suite("Players at a server session")
struct PlayerStories {
    @Test("play is answered in the order that players rely on")
    func play() throws {
        let probe = try ServerProbe.connected()
        try probe.send(Templates.createStream + Templates.play)
        #expect(
            probe.takeSaid() == [
                "_result #4 @0 1.0",
                "user(RTMPSession.UserControlEvent.streamBegin(messageStreamID: 1))",
                "onStatus #0 @1 NetStream.Play.Reset",
                "onStatus #0 @1 NetStream.Play.Start",
                "data @1 |RtmpSampleAccess",
            ])
        guard case .playRequested(let request) = probe.takeHeard().last else {
            Issue.record("no request to play")
            return
        }
        #expect(request.address.path == "live/key")
        #expect(request.start == .liveOrRecorded)
        #expect(request.duration == nil)
        #expect(request.reset)
    }

    @Test("without reset nothing is said of it")
    func withoutReset() throws {
        let probe = try ServerProbe.connected()
        try probe.send(Templates.createStream)
        try probe.send(.command("play", 0, on: 1, "key", "-1000", 12.5, 0))
        #expect(!probe.said.contains("onStatus #0 @1 NetStream.Play.Reset"))
        guard case .playRequested(let request) = probe.takeHeard().last else {
            Issue.record("no request to play")
            return
        }
        #expect(request.start == .live)
        #expect(request.duration == 12.5)
        #expect(!request.reset)
    }

    @Test(
        "starts mean what real clients mean by them",
        arguments: [
            (AMF0Value.number(-2), PlayRequest.Start.liveOrRecorded), (-2000, .liveOrRecorded),
            (.null, .liveOrRecorded),
            (-1, .live), (-1000, .live), (0, .recorded(milliseconds: 0)), (1500, .recorded(milliseconds: 1500)),
            (.number(.nan), .liveOrRecorded), (.number(-7), .liveOrRecorded),
        ])
    func starts(value: AMF0Value, start: PlayRequest.Start) throws {
        let probe = try ServerProbe.connected()
        try probe.send(Templates.createStream)
        try probe.send(.command("play", 0, on: 1, "key", value))
        guard case .playRequested(let request) = probe.takeHeard().last else {
            Issue.record("no request to play")
            return
        }
        #expect(request.start == start)
    }

    @Test("a play that is refused is told by onStatus, for librtmp hangs at an _error")
    func rejected() throws {
        let probe = try ServerProbe.connected { event in
            switch event {
            case .connectRequested(let request): [.acceptConnect(request.id)]
            case .playRequested(let request):
                [.rejectPlay(request.id, code: .playStreamNotFound, description: "No such stream.")]
            default: []
            }
        }
        try probe.send(Templates.createStream + Templates.play)
        #expect(probe.said.last == "onStatus #0 @1 NetStream.Play.StreamNotFound")
        #expect(probe.isClosed)
    }

    @Test("players hear of publishers that come and go")
    func publisherNotices() throws {
        let probe = try ServerProbe.playing()
        try probe.perform(.notifyPublish(messageStreamID: 1))
        try probe.perform(.notifyUnpublish(messageStreamID: 1))
        try probe.perform(.notifyPublish(messageStreamID: 2))
        #expect(
            probe.takeSaid() == [
                "onStatus #0 @1 NetStream.Play.PublishNotify",
                "user(RTMPSession.UserControlEvent.streamEOF(messageStreamID: 1))",
                "onStatus #0 @1 NetStream.Play.UnpublishNotify",
            ])
    }

    @Test("pausing is answered and reported once")
    func pause() throws {
        let probe = try ServerProbe.playing()
        try probe.send(.command("pause", 0, on: 1, true, 0), .command("pause", 0, on: 1, true, 0))
        try probe.send(.command("pause", 0, on: 1, false, 0))
        #expect(
            probe.takeHeard() == [.paused(messageStreamID: 1, true), .paused(messageStreamID: 1, false)])
        #expect(probe.said.filter { $0.hasSuffix("Pause.Notify") }.count == 2)
        #expect(probe.said.last == "onStatus #0 @1 NetStream.Unpause.Notify")
    }

    @Test("who seeks in a live stream is told to go on, as FFmpeg waits for, and is to start anew")
    func seek() throws {
        let probe = try ServerProbe.playing()
        try probe.send(.command("seek", 0, on: 1, 5000))
        #expect(probe.takeSaid() == ["onStatus #0 @1 NetStream.Seek.Notify", "onStatus #0 @1 NetStream.Play.Start"])
        #expect(probe.takeHeard() == [.sought(messageStreamID: 1)])
        #expect(!probe.isClosed)
    }

    @Test("who plays nothing seeks nothing")
    func seekWithoutPlay() throws {
        let probe = try ServerProbe.publishing()
        try probe.send(.command("seek", 0, on: 1, 5000))
        #expect(probe.takeSaid().isEmpty)
        #expect(probe.takeHeard().isEmpty)
    }

    @Test("wishes for audio and video are reported when they change")
    func wishes() throws {
        let probe = try ServerProbe.playing()
        try probe.send(.command("receiveVideo", 0, on: 1, true), .command("receiveVideo", 0, on: 1, false))
        #expect(probe.said.isEmpty)
        try probe.send(.command("receiveAudio", 0, on: 1, false), .command("receiveVideo", 0, on: 1, true))
        #expect(
            probe.takeHeard() == [
                .videoWanted(messageStreamID: 1, false), .audioWanted(messageStreamID: 1, false),
                .videoWanted(messageStreamID: 1, true),
            ])
        #expect(probe.takeSaid() == ["onStatus #0 @1 NetStream.Seek.Notify", "onStatus #0 @1 NetStream.Play.Start"])
    }

    @Test("the calls around a play get harmless answers")
    func harmlessCalls() throws {
        let probe = try ServerProbe.connected()
        try probe.send(
            .command("FCSubscribe", 3, "key"), .command("getStreamLength", 4, "key"), .command("createStream", 5))
        #expect(probe.takeSaid() == ["_result #3 @0 undefined", "_result #4 @0 0.0", "_result #5 @0 1.0"])
    }

    @Test("closeStream and deleteStream end a play", arguments: ["closeStream", "deleteStream"])
    func ends(name: String) throws {
        let probe = try ServerProbe.playing()
        try probe.send(.command(name, 0, on: 1, 1))
        #expect(probe.takeHeard() == [.playEnded(messageStreamID: 1)])
        #expect(probe.takeSaid().isEmpty)
    }

    @Test("play with false ends a play, as Flash says it, or nothing where nothing is played")
    func playFalse() throws {
        let probe = try ServerProbe.playing()
        try probe.send(.command("play", 0, on: 1, false))
        #expect(probe.takeHeard() == [.playEnded(messageStreamID: 1)])
        #expect(probe.takeSaid().isEmpty)
        try probe.send(.command("play", 0, on: 1, false), .command("play", 0, on: 9, false))
        #expect(probe.takeHeard().isEmpty)
        try probe.send(.command("play", 0, on: 1, "other"))
        #expect(probe.takeSaid().contains("onStatus #0 @1 NetStream.Play.Start"))
        #expect(!probe.isClosed)
    }

    @Test("a second play on the message stream takes the place of the first")
    func playAgain() throws {
        let probe = try ServerProbe.playing()
        try probe.send(.command("play", 0, on: 1, "other"))
        let heard = probe.takeHeard()
        #expect(heard.first == .playEnded(messageStreamID: 1))
        #expect(probe.takeSaid().contains("onStatus #0 @1 NetStream.Play.Start"))
    }

    @Test("a message stream's id is used again, so that most plays are on 1")
    func reusedIDs() throws {
        let probe = try ServerProbe.playing()
        try probe.send(Templates.deleteStream + Templates.createStream)
        #expect(probe.takeSaid() == ["_result #4 @0 1.0"])
    }
}
