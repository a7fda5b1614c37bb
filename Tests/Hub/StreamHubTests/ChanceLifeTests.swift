import MediaModel
import NIOCore
import NIOEmbedded
import TestSupport
import Testing

@testable import StreamHub

/// Lives of streams that chance writes: publishers and viewers do what they may in any order, and whatever can be asked of
/// them is asked after each step.
@Suite("Live stream: lives by chance")
struct ChanceLifeTests {
    @Test("whatever publishers and viewers do, figures are there, and frames come once, in order", arguments: 0..<80)
    func lives(seed: Int) throws {
        var life = try Life(seed: UInt64(seed))
        for _ in 0..<150 { try life.step() }
        life.finish()
        #expect(life.stage.registry.count == 0)
    }
}

/// A stream, who publishes it, and who watches it.
private struct Life {
    private struct Watcher {
        let viewer: Viewer
        let sink: LineSink
        var isPaused = false
    }

    let stage: Stage
    private var chance: SeededGenerator
    private var port: PublisherPort?
    private var watchers: [Watcher] = []
    private let withSound: Bool

    init(seed: UInt64) throws {
        chance = SeededGenerator(seed: seed)
        var settings = StreamSettings()
        settings.onDuplicate = .takeover
        settings.resumeWithin = [.zero, .seconds(10)].randomElement(using: &chance) ?? .zero
        settings.gather = [.zero, .zero, .milliseconds(50)].randomElement(using: &chance) ?? .zero
        settings.viewerWindowBytes = [2_000, 8 << 20].randomElement(using: &chance) ?? 0
        settings.closeStalledViewersAfter = .seconds(2)
        if Bool.random(using: &chance) { settings.joinCache = nil }
        stage = try Stage(settings)
        withSound = Bool.random(using: &chance)
    }

    mutating func step() throws {
        switch Int.random(in: 0..<20, using: &chance) {
        case 0, 1: if watchers.count < 8 { join() }
        case 2: if !watchers.isEmpty { leave(chosen) }
        case 3, 4: if !watchers.isEmpty { turnPause(chosen) }
        case 5: if !watchers.isEmpty { watchers[chosen].sink.isStalled = true }
        case 6, 7: if !watchers.isEmpty { drain(chosen) }
        case 8: try publishAnew()
        case 9: end()
        case 10: port?.publish([.tracks(Bool.random(using: &chance) ? [stage.video] : [stage.video, stage.audio])])
        case 11: stage.loop.advanceTime(by: .milliseconds(Int64.random(in: 0...12_000, using: &chance)))
        default:
            if let port {
                let frames = Int.random(in: 1...5, using: &chance)
                stage.group(port, frames: frames, size: Int.random(in: 1...400, using: &chance), sound: withSound)
            }
        }
        stage.loop.run()
        check()
    }

    mutating func finish() {
        end()
        for watcher in watchers { watcher.viewer.detach() }
        // Who vanished is waited for.
        stage.loop.advanceTime(by: .seconds(60))
        stage.loop.run()
        check()
    }

    private var chosen: Int {
        mutating get { Int.random(in: watchers.indices, using: &chance) }
    }

    private mutating func join() {
        let sink = LineSink()
        watchers.append(Watcher(viewer: stage.viewer(sink), sink: sink))
    }

    private mutating func leave(_ index: Int) {
        watchers.remove(at: index).viewer.detach()
    }

    private mutating func turnPause(_ index: Int) {
        watchers[index].isPaused.toggle()
        watchers[index].viewer.setPaused(watchers[index].isPaused)
    }

    private func drain(_ index: Int) {
        watchers[index].sink.isStalled = false
        watchers[index].sink.heldBytes = 0
        watchers[index].viewer.drained()
    }

    private mutating func publishAnew() throws {
        let displaced = port
        port = try stage.publisher()
        displaced?.end(.lost)
        port?.publish([.tracks(withSound ? [stage.video, stage.audio] : [stage.video])])
    }

    private mutating func end() {
        port?.end(Bool.random(using: &chance) ? .unpublished : .lost)
        port = nil
    }

    private func check() {
        for watcher in watchers {
            let viewer = watcher.viewer
            #expect((viewer.lagMilliseconds ?? 0) >= 0)
            _ = viewer.timestampMilliseconds
            _ = viewer.isStalled
            #expect(viewer.awaitedSince == nil || !watcher.isPaused)
            let frames = watcher.sink.lines.filter { "Kva".contains($0.first ?? " ") }
            #expect(viewer.tally.frames == frames.count)
            for kind in ["Kv", "a"] {
                let times = frames.filter { kind.contains($0.first ?? " ") }.compactMap { line in
                    Int(line.dropFirst().prefix { $0 != ":" })
                }
                #expect(zip(times, times.dropFirst()).allSatisfy(<), "\(watcher.sink.lines)")
            }
        }
    }
}
