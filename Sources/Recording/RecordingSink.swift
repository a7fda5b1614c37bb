import EndpointCore
import Logging
import MediaModel
import Metrics
import NIOCore
import RecordingPlan
import StreamHub
import TextCoding

/// Takes one stream's elements, on its home loop, and has them recorded for as long as somebody wants that.
final class RecordingSink: FrameSink {
    private enum State {
        case undecided(UndecidedElements)
        case off
        case on(FilePlan)
        /// Writing has failed under these settings; it is not tried again before they are others.
        case failed
    }

    private let stream: LiveStream
    private let makeFile: (RecordingBeginning, RecordingSettings, RecordingSink) -> RecordingFile?
    private let metrics: RecordingMetrics
    private let logger: Logger

    private var state = State.undecided(UndecidedElements())
    private var settings: RecordingSettings?
    /// The number of the latest decision that was taken over.
    private var decision = 0
    private var file: RecordingFile?
    private var tracks: [Track] = []
    private var metadata: DataMessage?
    private var isLosing = false
    private var hasToldRestless = false
    private var isEnded = false
    private var lostFrames = 0

    init(
        stream: LiveStream, metrics: RecordingMetrics, logger: Logger,
        makeFile: @escaping (RecordingBeginning, RecordingSettings, RecordingSink) -> RecordingFile?
    ) {
        self.stream = stream
        self.metrics = metrics
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
        if !isFirst || undecided.isEmpty {
            let now = UTCTime.now().millisecondsSince1970
            take(.tracks(tracks), at: now)
            if let metadata { take(.metadata(metadata), at: now) }
        }
        for (element, wallclock) in undecided { take(element, at: wallclock) }
    }

    /// The file cannot be written: the recording is over, the stream is not.
    func fileFailed(_ failed: RecordingFile) {
        guard file === failed else { return }
        file = nil
        state = .failed
        stream.noteOmissions([], by: Self.output)
    }

    // MARK: Elements

    /// Of a stream that is not recorded it takes only what it would begin with.
    var wantsFrames: Bool {
        switch state {
        case .undecided, .on: true
        case .off, .failed: false
        }
    }

    func receive(_ elements: [StreamElement]) {
        let now = UTCTime.now().millisecondsSince1970
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
        var isWithoutFile = false
        for action in actions {
            switch action {
            case .begin(let beginning):
                guard let settings else { continue }
                file = makeFile(beginning, settings, self)
                isWithoutFile = file == nil
                guard !isWithoutFile else { continue }
                stream.noteOmissions(
                    beginning.omitted.map { TrackOmission(track: $0.id, reason: $0.reason.explanation) },
                    by: Self.output)
            case .write(let block) where isWithoutFile:
                note(lost: block.frameCount, in: plan.format)
                noteRefused()
            case .write(let block):
                guard let file, !file.hasFailed else { continue }
                if file.offer(block, durationMilliseconds: plan.durationMilliseconds) {
                    noteAccepted()
                } else if !file.hasFailed {
                    metrics[plan.format].lost.increment(by: block.frameCount)
                    lostFrames += block.frameCount
                    note(lost: plan.skip(), in: plan.format)
                    noteRefused()
                }
            case .end(let ending, let duration):
                file?.end(ending, durationMilliseconds: duration)
                file = nil
                isWithoutFile = false
            }
        }
        if isWithoutFile { note(lost: plan.abandonFile(), in: plan.format) }
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

    private func noteRefused() {
        guard !isLosing else { return }
        isLosing = true
        logger.warning("the disk is too slow for a recording: it goes on at the next keyframe that has room")
    }

    private func noteAccepted() {
        guard isLosing else { return }
        isLosing = false
        logger.notice("the disk keeps up again", metadata: ["lost.frames": "\(lostFrames)"])
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
