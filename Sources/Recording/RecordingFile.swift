import EndpointCore
import Metrics
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import RecordingPlan
import TextCoding

/// One file on its way to the disk: takes blocks without ever waiting, and writes them on a thread of the pool, one after
/// the other.
final class RecordingFile: Sendable {
    private struct State {
        var limit: Int
        var blocks: [RecordingBlock] = []
        var waitingBytes = 0
        /// Whether a thread is at work.
        var isAtWork = false
        var isCreated = false
        var output: (any RecordingOutput)?
        var ending: (RecordingEnding, durationMilliseconds: Int64)?
        var failure: DiskFailure?
        var isOver = false
        var written = 0
        var lostFrames = 0
        /// How much media was taken, for a file that fails.
        var durationMilliseconds: Int64 = 0
    }

    private enum Step {
        case create
        case write(any RecordingOutput, [RecordingBlock])
        case close((any RecordingOutput)?, RecordingOutcome.Cause)
    }

    let beginning: RecordingBeginning
    private let facts: NIOLockedValueBox<RecordingFacts>
    private let disk: any RecordingDisk
    private let pool: NIOThreadPool
    private let metrics: RecordingMetrics.Series
    private let waiting: WaitingBytes
    private let state: NIOLockedValueBox<State>
    private let onEvent: @Sendable (RecordingEvent) -> Void
    private let onFailure: @Sendable () -> Void

    /// Begins a file; it is made by the thread that writes it.
    ///
    /// - Parameters:
    ///   - waiting: what waits of all recordings.
    ///   - onEvent: called by that thread.
    ///   - onFailure: called by that thread when nothing more will be written.
    init(
        _ beginning: RecordingBeginning, id: String, settings: RecordingSettings, disk: any RecordingDisk,
        pool: NIOThreadPool, waiting: WaitingBytes, metrics: RecordingMetrics.Series,
        onEvent: @escaping @Sendable (RecordingEvent) -> Void, onFailure: @escaping @Sendable () -> Void
    ) {
        self.beginning = beginning
        self.disk = disk
        self.pool = pool
        self.waiting = waiting
        self.metrics = metrics
        self.onEvent = onEvent
        self.onFailure = onFailure
        facts = NIOLockedValueBox(
            RecordingFacts(
                id: id, path: beginning.path, format: beginning.format, folder: settings.folder,
                file: beginning.name.relativePath(), startedAt: beginning.startedAt))
        state = NIOLockedValueBox(State(limit: settings.queueBytes))
    }

    /// Bytes that may wait.
    func setLimit(_ bytes: Int) { state.withLockedValue { $0.limit = bytes } }

    /// Takes a block, unless as much waits already as may, of this file or of all; `false` when it is lost.
    func offer(_ block: RecordingBlock, durationMilliseconds: Int64) -> Bool {
        let (isTaken, isIdle) = state.withLockedValue { state -> (Bool, Bool) in
            guard state.failure == nil, state.ending == nil else { return (false, false) }
            let length = block.bytes.readableBytes
            guard state.waitingBytes == 0 || state.waitingBytes + length <= state.limit, waiting.take(length) else {
                state.lostFrames += block.frameCount
                return (false, false)
            }
            state.blocks.append(block)
            state.waitingBytes += length
            state.durationMilliseconds = durationMilliseconds
            defer { state.isAtWork = true }
            return (true, !state.isAtWork)
        }
        if isIdle { work() }
        return isTaken
    }

    /// Counts frames that are lost beside those of blocks that were not taken.
    func noteLost(_ frames: Int) { state.withLockedValue { $0.lostFrames += frames } }

    /// Whether something went wrong: nothing more is taken.
    var hasFailed: Bool { state.withLockedValue { $0.failure != nil } }
    /// How far it has come.
    var progress: (bytes: Int, durationMilliseconds: Int64) {
        state.withLockedValue { ($0.written, $0.durationMilliseconds) }
    }

    /// Ends the file when everything that was taken is written.
    func end(_ ending: RecordingEnding, durationMilliseconds: Int64) {
        let isIdle = state.withLockedValue { state -> Bool in
            guard state.ending == nil, !state.isOver else { return false }
            state.ending = (ending, durationMilliseconds)
            defer { state.isAtWork = true }
            return !state.isAtWork
        }
        if isIdle { work() }
    }

    // MARK: On a thread of the pool

    private func work() {
        pool.submit { [self] poolState in
            guard case .active = poolState else { return }
            while let step = nextStep() { take(step) }
        }
    }

    private func nextStep() -> Step? {
        state.withLockedValue { state in
            if state.isOver {
                state.isAtWork = false
                return nil
            }
            if let failure = state.failure { return .close(state.output, .failed(failure.description)) }
            guard state.isCreated else {
                state.isCreated = true
                return .create
            }
            if let output = state.output, !state.blocks.isEmpty {
                defer { state.blocks = [] }
                return .write(output, state.blocks)
            }
            if let ending = state.ending { return .close(state.output, .finished(ending.0)) }
            state.isAtWork = false
            return nil
        }
    }

    private func take(_ step: Step) {
        switch step {
        case .create: create()
        case .write(let output, let blocks): write(blocks, to: output)
        case .close(let output, let cause): close(output, cause)
        }
    }

    private func create() {
        let names = (0..<RecordingName.mostAttempts).lazy.map { [beginning] in beginning.name.file(attempt: $0) }
        let folder = facts.withLockedValue { $0.folder }
        do throws(DiskFailure) {
            let (output, path) = try disk.create(in: folder, folders: beginning.name.folders, names: names)
            let facts = facts.withLockedValue { facts in
                facts.file = path
                return facts
            }
            state.withLockedValue { $0.output = output }
            metrics.open.increment(by: 1)
            onEvent(.begun(facts))
        } catch {
            fail(error)
        }
    }

    private func write(_ blocks: [RecordingBlock], to output: any RecordingOutput) {
        for block in blocks {
            let length = block.bytes.readableBytes
            do throws(DiskFailure) {
                try output.write(block.bytes)
            } catch {
                return fail(error)
            }
            metrics.written.increment(by: length)
            state.withLockedValue { state in
                state.waitingBytes -= length
                state.written += length
            }
            waiting.giveBack(length)
        }
    }

    private func fail(_ failure: DiskFailure) {
        let dropped = state.withLockedValue { state in
            defer { state.waitingBytes = 0 }
            state.failure = failure
            state.blocks = []
            return state.waitingBytes
        }
        waiting.giveBack(dropped)
        metrics.failed.increment()
        onFailure()
    }

    private func close(_ output: (any RecordingOutput)?, _ cause: RecordingOutcome.Cause) {
        var cause = cause
        if let output {
            do throws(DiskFailure) {
                try output.close()
            } catch {
                if case .finished = cause {
                    cause = .failed(error.description)
                    metrics.failed.increment()
                }
            }
            metrics.open.decrement(by: 1)
        }
        let outcome = state.withLockedValue { state in
            RecordingOutcome(
                cause: cause, endedAt: UTCTime.now().millisecondsSince1970,
                durationMilliseconds: state.failure == nil
                    ? state.ending?.durationMilliseconds ?? state.durationMilliseconds : state.durationMilliseconds,
                bytes: state.written, lostFrames: state.lostFrames)
        }
        onEvent(.ended(facts.withLockedValue { $0 }, outcome))
        state.withLockedValue { state in
            state.output = nil
            state.isOver = true
        }
    }
}
