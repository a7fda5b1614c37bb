import Foundation
import ISOBMFF
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import RecordingPlan
import StreamHub
import TestSupport
import Testing

@testable import Recording

// A disk that stalls holds the threads that all recordings of the process share.
@Suite("Recording streams", .serialized)
struct StreamRecorderTests {
    private func payloads(_ bytes: ByteBuffer) throws -> [ByteBuffer] {
        try MovieFragment.readAll(in: bytes).flatMap(\.tracks).flatMap(\.samples).map(\.payload)
    }

    private func sent(_ elements: [StreamElement]) -> [ByteBuffer] {
        elements.compactMap { if case .frame(let frame) = $0 { frame.payload } else { nil } }
    }

    @Test("a stream is in its file, which is told of when it begins and when it ends")
    func file() async throws {
        let studio = Studio()
        var sound = Sound()
        let port = try await studio.publisher()
        let elements = sound.frames(seconds: 7)
        try await studio.send([.tracks([sound.track])] + elements, by: port)
        try await eventually("the file is begun") { studio.begun.count == 1 }
        try await studio.end(port)
        try await eventually("the file has its end") { studio.ended.count == 1 }
        let (facts, outcome) = studio.ended[0]
        #expect(facts == studio.begun[0] && facts.file.hasPrefix("live/show/20") && facts.file.hasSuffix("Z.mp4"))
        let bytes = try studio.bytes(of: facts)
        #expect(try payloads(bytes) == sent(elements))
        #expect(outcome.bytes == bytes.readableBytes && outcome.cause == .finished(.streamEnded))
        #expect(outcome.durationMilliseconds == 7_000 && outcome.lostFrames == 0)
        #expect(studio.recorder.openFileCount == 0)
    }

    @Test("two recordings that begin in the same second have two files")
    func sameSecond() async throws {
        let studio = Studio()
        for _ in 0..<2 {
            var sound = Sound()
            let port = try await studio.publisher()
            try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 1), by: port)
            try await studio.end(port)
        }
        try await eventually("both have their end") { studio.ended.count == 2 }
        #expect(Set(studio.ended.map(\.0.file)).count == 2 && Set(studio.ended.map(\.0.id)).count == 2)
        for (facts, outcome) in studio.ended { #expect(try studio.bytes(of: facts).readableBytes == outcome.bytes) }
    }

    @Test("a live stream that is to be recorded is so from its first frame, though that is known later")
    func registered() async throws {
        let studio = Studio(format: nil)
        studio.registered.withLockedValue { $0 = true }
        var sound = Sound()
        let port = try await studio.publisher()
        let elements = sound.frames(seconds: 5)
        try await studio.send([.tracks([sound.track])] + elements, by: port)
        try await eventually("the file is begun") { studio.begun.count == 1 }
        try await studio.end(port)
        try await eventually("the file has its end") { studio.ended.count == 1 }
        #expect(try payloads(try studio.bytes(of: studio.ended[0].0)) == sent(elements))
    }

    @Test("no stream is recorded that nobody wants recorded")
    func unwanted() async throws {
        let studio = Studio(format: nil)
        var sound = Sound()
        let port = try await studio.publisher()
        try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 5), by: port)
        try await eventually("it is known") { studio.answers.withLockedValue { $0 } == 1 }
        try await studio.send(sound.frames(seconds: 5), by: port)
        try await studio.end(port)
        #expect(studio.begun.isEmpty && !FileManager.default.fileExists(atPath: studio.folder))
    }

    @Test("a change of the settings holds for a stream that is on the air")
    func changes() async throws {
        let studio = Studio()
        var sound = Sound()
        let port = try await studio.publisher()
        let first = sound.frames(seconds: 3)
        try await studio.send([.tracks([sound.track])] + first, by: port)
        studio.wanted.withLockedValue { $0.format = .flv }
        studio.recorder.follow(try StreamPath("live/other"))
        let still = sound.frames(seconds: 1)
        try await studio.send(still, by: port)
        studio.recorder.follow(try StreamPath("live/show"))
        try await studio.send(sound.frames(seconds: 3), by: port)
        studio.wanted.withLockedValue { $0.format = nil }
        studio.recorder.follow()
        try await eventually("both have their end") { studio.ended.count == 2 }
        try await studio.send(sound.frames(seconds: 3), by: port)
        studio.wanted.withLockedValue { $0.format = .fragmentedMP4 }
        studio.recorder.follow()
        let last = sound.frames(seconds: 3)
        try await studio.send(last, by: port)
        try await studio.end(port)
        try await eventually("all have their end") { studio.ended.count == 3 }
        #expect(studio.ended.map(\.0.format) == [.fragmentedMP4, .flv, .fragmentedMP4])
        #expect(studio.ended.map(\.1.cause.ending) == [.settingsChanged, .settingsChanged, .streamEnded])
        #expect(try payloads(try studio.bytes(of: studio.ended[0].0)) == sent(first + still))
        #expect(try payloads(try studio.bytes(of: studio.ended[2].0)) == sent(last))
    }

    @Test("a disk that stalls costs the recording frames, which are counted, and the stream nothing")
    func stall() async throws {
        let disk = TroubledDisk()
        let studio = Studio(queueBytes: 1 << 20, disk: disk)
        var sound = Sound()
        let port = try await studio.publisher()
        try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 3, size: 4_000), by: port)
        try await eventually("something is written") { !disk.written.isEmpty }
        disk.stall()
        // 12 MB, of which the queue takes one; each call comes back though nothing is written.
        for _ in 0..<60 { try await studio.send(sound.frames(seconds: 1, size: 4_000), by: port) }
        #expect(studio.registry.isLive(try StreamPath("live/show")) && studio.ended.isEmpty)
        let before = disk.written.count
        disk.release()
        try await eventually("it is written on") { disk.written.count > before }
        try await eventually("the queue is empty") {
            let waits = disk.written.count
            // Small, so that what has room for the queue is not filled anew before the disk has taken it.
            try await studio.send(sound.frames(seconds: 2, size: 100), by: port)
            return disk.written.count > waits
                && studio.log.withLockedValue { $0.contains("notice the disk keeps up again") }
        }
        try await studio.end(port)
        try await eventually("the file has its end") { studio.ended.count == 1 }
        let outcome = studio.ended[0].1
        var bytes = ByteBuffer()
        for block in disk.written { bytes.writeImmutableBuffer(block) }
        let found = try payloads(bytes)
        #expect(outcome.cause == .finished(.streamEnded))
        #expect(outcome.lostFrames == Int(sound.count) - found.count && outcome.lostFrames > 2_000)
        let lines = studio.log.withLockedValue { $0 }
        #expect(lines.filter { $0.hasPrefix("warning the disk is too slow") }.count == 1)
    }

    @Test("a disk that fails ends the recording with its reason, and the stream goes on")
    func failure() async throws {
        let disk = TroubledDisk()
        let studio = Studio(disk: disk)
        var sound = Sound()
        let port = try await studio.publisher()
        try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 3), by: port)
        try await eventually("something is written") { !disk.written.isEmpty }
        disk.fail(DiskFailure("the disk is full"))
        try await studio.send(sound.frames(seconds: 5), by: port)
        try await eventually("the recording is over") { studio.ended.count == 1 }
        #expect(studio.ended[0].1.cause == .failed("the disk is full"))
        #expect(studio.ended[0].1.bytes == disk.written.reduce(0) { $0 + $1.readableBytes })
        disk.fail(nil)
        try await studio.send(sound.frames(seconds: 5), by: port)
        studio.recorder.follow()
        try await studio.send(sound.frames(seconds: 5), by: port)
        #expect(studio.registry.isLive(try StreamPath("live/show")) && studio.begun.count == 1)
        #expect(studio.log.withLockedValue { $0.filter { $0.hasPrefix("error recording failed") }.count } == 1)
        // Under other settings it is tried again.
        studio.wanted.withLockedValue { $0.folder += "/other" }
        studio.recorder.follow()
        try await studio.send(sound.frames(seconds: 5), by: port)
        try await eventually("another is begun") { studio.begun.count == 2 }
        try await studio.end(port)
    }

    @Test("after a failure it is tried again when a pause is over, each time a longer one")
    func anotherAttempt() async throws {
        let disk = TroubledDisk()
        let studio = Studio(disk: disk)
        var sound = Sound()
        let port = try await studio.publisher()
        disk.fail(DiskFailure("the disk is full"))
        try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 5), by: port)
        try await eventually("the recording is over") { studio.ended.count == 1 }
        try await eventually("its file is closed") { studio.recorder.openFileCount == 0 }
        // Behind what the loop was told of the failure.
        try await studio.send([], by: port)
        var count = 1
        for pause in [RecordingSink.shortestPause, 2 * RecordingSink.shortestPause] {
            studio.clock.withLockedValue { $0 += pause - 1 }
            try await studio.send(sound.frames(seconds: 9), by: port)
            #expect(studio.begun.count == count && studio.recorder.openFileCount == 0)
            studio.clock.withLockedValue { $0 += 1 }
            if pause != RecordingSink.shortestPause { disk.fail(nil) }
            try await studio.send(sound.frames(seconds: 9), by: port)
            count += 1
            try await eventually("another is begun") { studio.begun.count == count }
            if pause == RecordingSink.shortestPause {
                try await eventually("it fails too") {
                    studio.ended.count == count && studio.recorder.openFileCount == 0
                }
                // Behind what the loop was told of the failure.
                try await studio.send([], by: port)
            }
        }
        try await studio.end(port)
        try await eventually("the last has its end") { studio.ended.count == count }
        #expect(studio.ended.last?.1.cause == .finished(.streamEnded))
    }

    @Test("a stream that is published again and again has as many files as may begin, and then one now and then")
    func oftenBegun() async throws {
        let studio = Studio(disk: TroubledDisk())
        var sound = Sound()
        for _ in 0..<RecordingBeginnings.most + 5 {
            let port = try await studio.publisher()
            try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 1), by: port)
            try await studio.end(port)
            try await eventually("its file is closed") { studio.recorder.openFileCount == 0 }
        }
        #expect(studio.begun.count == RecordingBeginnings.most && studio.ended.count == RecordingBeginnings.most)
        // One that stays is recorded from when it may be, and others do not suffer.
        let port = try await studio.publisher()
        try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 9), by: port)
        #expect(studio.begun.count == RecordingBeginnings.most)
        let other = try await studio.publisher("live/other")
        try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 9), by: other)
        try await eventually("another stream is recorded") { studio.begun.count == RecordingBeginnings.most + 1 }
        studio.clock.withLockedValue { $0 += RecordingBeginnings.recovery }
        try await studio.send(sound.frames(seconds: 20), by: port)
        try await eventually("it is recorded") { studio.begun.count == RecordingBeginnings.most + 2 }
        try await studio.end(port)
        try await studio.end(other)
        let lines = studio.log.withLockedValue { $0 }
        #expect(lines.contains { $0.hasPrefix("warning recordings of this stream begin too often") })
        #expect(lines.contains { $0.hasPrefix("notice the stream is recorded again") })
        #expect(!lines.contains { $0.hasPrefix("warning the disk is too slow") })
    }

    @Test("names are forgotten when their allowance is whole, and not before")
    func rememberedNames() throws {
        var beginnings = RecordingBeginnings()
        let paths = try (0..<RecordingBeginnings.mostPaths).map { try StreamPath("live/\($0)") }
        let begun = paths.count { beginnings.spend(for: $0, at: 1_000) }
        #expect(begun == RecordingBeginnings.mostPaths)
        let often = try StreamPath("live/often")
        let count = (0..<100).prefix { _ in beginnings.spend(for: often, at: 1_000) }.count
        #expect(count == RecordingBeginnings.most && beginnings.count == RecordingBeginnings.mostPaths + 1)
        let new = try StreamPath("live/new")
        let later = 1_000 + RecordingBeginnings.recovery
        let answers = [new, often, often].map { beginnings.spend(for: $0, at: later) }
        #expect(answers == [true, true, false] && beginnings.count == 2)
    }

    @Test("what waits for a disk that hangs has a bound for all files together, and is given back")
    func commonBound() async throws {
        let disk = TroubledDisk()
        let waiting = WaitingBytes(limit: 3 << 19)
        let studio = Studio(disk: disk, waiting: waiting)
        var sounds: [(port: PublisherPort, sound: Sound)] = []
        for number in 0..<3 {
            let sound = Sound()
            let port = try await studio.publisher("live/\(number)")
            try await studio.send([.tracks([sound.track])], by: port)
            sounds.append((port, sound))
        }
        disk.stall()
        for _ in 0..<20 {
            for index in sounds.indices {
                let elements = sounds[index].sound.frames(seconds: 1, size: 4_000)
                try await studio.send(elements, by: sounds[index].port)
            }
        }
        // Each may have a MiB, and all together one and a half.
        #expect(waiting.count > 1 << 20 && waiting.count <= 3 << 19)
        #expect(studio.log.withLockedValue { $0.contains { $0.hasPrefix("warning the disk is too slow") } })
        disk.release()
        for (port, _) in sounds { try await studio.end(port) }
        try await eventually("all have their end") { studio.ended.count == sounds.count }
        #expect(waiting.count == 0)

        // What a failure leaves behind waits no longer either.
        var sound = Sound()
        let port = try await studio.publisher()
        disk.stall()
        try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 9), by: port)
        #expect(waiting.count > 0)
        disk.fail(DiskFailure("the disk is full"))
        disk.release()
        try await eventually("the recording is over") { studio.ended.count == sounds.count + 1 }
        #expect(waiting.count == 0)
        try await studio.end(port)
    }

    @Test("files that a disk does not close are few, and when it does the stream is recorded again")
    func unclosed() async throws {
        let disk = TroubledDisk()
        let studio = Studio(disk: disk)
        disk.stall()
        var sound = Sound()
        for _ in 0..<3 * StreamRecorder.mostUnclosedFiles {
            let port = try await studio.publisher()
            try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 3), by: port)
            try await studio.end(port)
        }
        #expect(studio.recorder.openFileCount == StreamRecorder.mostUnclosedFiles)
        let port = try await studio.publisher()
        try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 3), by: port)
        #expect(studio.recorder.openFileCount == StreamRecorder.mostUnclosedFiles)
        disk.release()
        try await eventually("all have their end") { studio.ended.count == StreamRecorder.mostUnclosedFiles }
        let last = sound.frames(seconds: 5)
        try await studio.send(last, by: port)
        try await studio.end(port)
        try await eventually("the last has its end") { studio.ended.count == StreamRecorder.mostUnclosedFiles + 1 }
        #expect(studio.ended.allSatisfy { $0.1.cause == .finished(.streamEnded) })
        #expect(try disk.written.suffix(3).flatMap(payloads).last == sent(last).last)
        let lines = studio.log.withLockedValue { $0 }
        #expect(lines.contains { $0.hasPrefix("warning the disk is too slow") })
        #expect(lines.contains { $0.hasPrefix("notice the disk keeps up again") })
    }

    @Test("the server's end ends recordings, and does not wait for a disk that hangs")
    func serverEnds() async throws {
        let disk = TroubledDisk()
        let studio = Studio(disk: disk)
        var sound = Sound()
        let port = try await studio.publisher()
        try await studio.send([.tracks([sound.track])] + sound.frames(seconds: 3), by: port)
        try await eventually("something is written") { !disk.written.isEmpty }
        disk.stall()
        try await studio.send(sound.frames(seconds: 3), by: port)
        #expect(await studio.recorder.finish(within: .milliseconds(50)) == 1)
        disk.release()
        #expect(await studio.recorder.finish(within: .seconds(20)) == 0)
        #expect(studio.ended.map(\.1.cause) == [.finished(.streamEnded)])
        try await studio.end(port)
    }
}

extension RecordingOutcome.Cause {
    fileprivate var ending: RecordingEnding? { if case .finished(let ending) = self { ending } else { nil } }
}
