import Logging
import MediaModel
import Metrics
import NIOCore
import RecordingPlan
import StreamHub

/// Takes one stream's elements, on its home loop, and has them recorded for as long as somebody wants that.
final class RecordingSink: FrameSink {
    typealias FileMaker = (
        RecordingBeginning, RecordingSettings, RecordingSink
    ) -> Result<RecordingFile, RecordingRefusal>

    /// How long after a failure it is tried again, in milliseconds: a minute, and twice as long after each further one.
    static let shortestPause: Int64 = 60_000
    /// How long at most, in milliseconds: an hour.
    ///
    /// A disk that stays full is no news, and each attempt is an entry in the list of recordings.
    static let longestPause: Int64 = 3_600_000

    private enum State {
        case undecided(UndecidedElements)
        case off
        case on(FilePlan)
        /// Writing has failed under these settings, at this time in milliseconds since 1970.
        case failed(at: Int64)
    }

    private let stream: LiveStream
    private let makeFile: FileMaker
    private let metrics: RecordingMetrics
    private let clock: () -> Int64
    private let logger: Logger

    private var state = State.undecided(UndecidedElements())
    private var settings: RecordingSettings?
    /// The number of the latest decision that was taken over.
    private var decision = 0
    private var file: RecordingFile?
    private var tracks: [Track] = []
    private var metadata: DataMessage?
    /// Whether a file of this stream was ever begun.
    private(set) var hasBegunFile = false
    /// How long it is not tried again after the next failure, in milliseconds.
    private var pause = RecordingSink.shortestPause
    /// Why frames are being lost.
    private var loss: RecordingRefusal?
    private var hasToldRestless = false
    private var isEnded = false
    private var lostFrames = 0

    init(
        stream: LiveStream, metrics: RecordingMetrics, clock: @escaping () -> Int64, logger: Logger,
        makeFile: @escaping FileMaker
    ) {
        self.stream = stream
        self.metrics = metrics
        self.clock = clock
        self.logger = logger
        self.makeFile = makeFile
    }

    // MARK: Decisions

    /// Goes by settings from here on, unless those of a later decision are in force.
    func follow(_ wanted: RecordingSettings, decision number: Int) {
        guard number > decision, !isEnded else { return }
        decision = number
        let before = settings
        settings = wanted
        if case .on(var plan) = state, before?.format == wanted.format, before?.folder == wanted.folder {
            plan.longestMilliseconds = wanted.longestMilliseconds
            state = .on(plan)
            file?.setLimit(wanted.queueBytes)
            return
        }
        if case .failed = state, before == wanted { return }
        finish(.settingsChanged)
        pause = Self.shortestPause
        let undecided: [(element: StreamElement, wallclock: Int64)]
        if case .undecided(let kept) = state { undecided = kept.elements } else { undecided = [] }
        guard let format = wanted.format else {
            state = .off
            return
        }
        let isFirst = before == nil
        state = .on(
            FilePlan(
                path: stream.path, format: format, longestMilliseconds: wanted.longestMilliseconds))
        if !isFirst || undecided.isEmpty { takeWhatStreamIs(at: clock()) }
        for (element, wallclock) in undecided { take(element, at: wallclock) }
    }

    private func takeWhatStreamIs(at now: Int64) {
        take(.tracks(tracks), at: now)
        if let metadata { take(.metadata(metadata), at: now) }
    }

    /// The file cannot be written: the recording is over, the stream is not.
    func fileFailed(_ failed: RecordingFile) {
        guard file === failed else { return }
        file = nil
        state = .failed(at: clock())
        stream.noteOmissions([], by: Self.output)
    }

    /// Whether the pause after a failure is over; it is too where the clock was put back.
    private func mayTryAgain(since failure: Int64, at now: Int64) -> Bool {
        now < failure || now - failure >= pause
    }

    /// Records again after a failure, from the next sync frame on.
    private func tryAgain(at now: Int64) {
        pause = min(2 * pause, Self.longestPause)
        guard let settings, let format = settings.format else { return }
        state = .on(FilePlan(path: stream.path, format: format, longestMilliseconds: settings.longestMilliseconds))
        takeWhatStreamIs(at: now)
    }

    // MARK: Elements

    /// Of a stream that is not recorded it takes only what it would begin with.
    var wantsFrames: Bool {
        switch state {
        case .undecided, .on: true
        case .off: false
        case .failed(let time): mayTryAgain(since: time, at: clock())
        }
    }

    func receive(_ elements: [StreamElement]) {
        let now = clock()
        if case .failed(let time) = state, mayTryAgain(since: time, at: now) { tryAgain(at: now) }
        for element in elements {
            switch element {
            case .tracks(let tracks): self.tracks = tracks
            case .metadata(let message): metadata = message
            case .frame, .data, .discontinuity: break
            }
            switch state {
            case .on: take(element, at: now)
            case .undecided: keep(element, at: now)
            case .off, .failed: break
            }
        }
    }

    func streamEnded(_ ending: StreamEnding) {
        isEnded = true
        finish(.streamEnded)
        state = .off
    }

    private func keep(_ element: StreamElement, at now: Int64) {
        guard case .undecided(var kept) = state else { return }
        // Taken out, so that nobody else holds what is changed.
        state = .off
        if !kept.append(element, wallclock: now) {
            // What follows begins at a sync frame.
            kept = UndecidedElements(tracks, metadata, wallclock: now)
        }
        state = .undecided(kept)
    }

    private func take(_ element: StreamElement, at now: Int64) {
        guard case .on(var plan) = state else { return }
        // Taken out, so that nobody else holds what is changed.
        state = .off
        var actions: [RecordingAction] = []
        plan.append(element, wallclock: now, into: &actions)
        perform(actions, by: &plan)
        let passedOver = plan.takePassedOver()
        note(lost: passedOver, in: plan.format)
        if plan.isRestless { noteRestless() }
        if case .off = state { state = .on(plan) }
    }

    private func finish(_ ending: RecordingEnding) {
        guard case .on(var plan) = state else { return }
        var actions: [RecordingAction] = []
        plan.finish(ending, into: &actions)
        perform(actions, by: &plan)
        stream.noteOmissions([], by: Self.output)
    }

    private func perform(_ actions: [RecordingAction], by plan: inout FilePlan) {
        var refusal: RecordingRefusal?
        for action in actions {
            switch action {
            case .begin(let beginning):
                guard let settings else { continue }
                switch makeFile(beginning, settings, self) {
                case .success(let made): (file, refusal) = (made, nil)
                case .failure(let reason): (file, refusal) = (nil, reason)
                }
                guard refusal == nil else { continue }
                hasBegunFile = true
                stream.noteOmissions(
                    beginning.omitted.map { TrackOmission(track: $0.id, reason: $0.reason.explanation) },
                    by: Self.output)
            case .write(let block):
                if let refusal {
                    note(lost: block.frameCount, in: plan.format)
                    noteRefused(refusal)
                }
                guard let file, !file.hasFailed else { continue }
                if file.offer(block, durationMilliseconds: plan.durationMilliseconds) {
                    noteAccepted()
                } else if !file.hasFailed {
                    metrics[plan.format].lost.increment(by: block.frameCount)
                    lostFrames += block.frameCount
                    note(lost: plan.skip(), in: plan.format)
                    noteRefused(.diskTooSlow)
                }
            case .end(let ending, let duration):
                if let file, !file.hasFailed { pause = Self.shortestPause }
                file?.end(ending, durationMilliseconds: duration)
                file = nil
                refusal = nil
            }
        }
        if refusal != nil { note(lost: plan.abandonFile(), in: plan.format) }
    }

    // MARK: Loss

    private func note(lost frames: Int, in format: RecordingFormat) {
        guard frames > 0 else { return }
        file?.noteLost(frames)
        metrics[format].lost.increment(by: frames)
        lostFrames += frames
    }

    private func noteRestless() {
        guard !hasToldRestless else { return }
        hasToldRestless = true
        logger.warning(
            "the tracks of a stream change too often for its recording: what has no place in the file is left out")
    }

    private func noteRefused(_ reason: RecordingRefusal) {
        guard loss == nil else { return }
        loss = reason
        switch reason {
        case .diskTooSlow:
            logger.warning("the disk is too slow for a recording: it goes on at the next keyframe that has room")
        case .begunTooOften:
            logger.warning(
                "recordings of this stream begin too often: the next begins when the allowance has recovered")
        }
    }

    private func noteAccepted() {
        guard let reason = loss else { return }
        loss = nil
        let metadata: Logger.Metadata = ["lost.frames": "\(lostFrames)"]
        switch reason {
        case .diskTooSlow: logger.notice("the disk keeps up again", metadata: metadata)
        case .begunTooOften: logger.notice("the stream is recorded again", metadata: metadata)
        }
        lostFrames = 0
    }

    /// What figures of streams call it.
    private static let output = "recording"
}

extension RecordingOmission {
    /// In words for who runs the server.
    var explanation: String {
        switch self {
        case .codecWithoutPlace: "the format of the recording has no place for this coding"
        case .configurationUnusable: "the decoder configuration that the encoder sent cannot be used"
        case .formatUnknown: "the size of the pictures, or rate and channels of the sound, are not known"
        }
    }
}
