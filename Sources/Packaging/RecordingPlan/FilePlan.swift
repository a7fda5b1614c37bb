public import MediaModel
import NIOCore
import SegmentPackaging

/// Decides which frames of a stream are recorded in which file, and makes the bytes.
///
/// A value without clock and file. Whoever owns it appends what the stream brings, with the wallclock time of its arrival,
/// and does what comes of it.
///
/// **Beginning.** A file begins with a picture that a decoder can begin with, and with the sound that came before the first
/// picture of the stream. It is begun when its first block is whole, so that a stream without frames leaves no file.
///
/// **End.** A file ends with the stream, when it is as long as it may be, or when the stream's tracks become others than
/// the format can carry in one file; another then begins with the next sync frame of the first pictures. Sound in a new
/// coding is kept until then. A publisher who comes back, or another with the same coding, goes on in the same file.
///
/// **Loss.** Who cannot write a block says so with `skip`, and the file goes on at the next sync frame. Who cannot begin a
/// file says so with `abandonFile`.
///
/// **Restless tracks.** Files that end because the tracks have changed are bounded by an allowance. Until it has recovered,
/// the file that is open goes on with the frames that it has a place for, and the others are left out.
public struct FilePlan: Sendable {
    /// What is recorded.
    public let path: StreamPath
    /// What it is written in.
    public let format: RecordingFormat
    /// How long a file may be until it ends at the next sync frame, in milliseconds; 0 for as long as the stream.
    public var longestMilliseconds: Int64
    /// Frames that were passed over: since a loss, on the way to the next sync frame, or because no further file may begin.
    public private(set) var passedOver = 0
    /// Whether the tracks have changed oftener than files may begin.
    public private(set) var isRestless = false

    private var tracks: [Track] = []
    private var omitted: [OmittedTrack<RecordingOmission>] = []
    private var metadata: DataMessage?
    private var writer: RecordingWriter
    private var rhythm: BlockRhythm
    private var allowance = Allowance.ofEpochs
    /// The tracks of the frames that wait in a file in fragmented MP4 that is not begun: it will have no others.
    private(set) var waitingTracks: [Track] = []
    /// Whether the file was begun.
    private var isOpen = false
    /// When the first frame of the file came.
    private var startedAt: Int64?
    /// Where the file begins on the stream's timeline, in milliseconds.
    private var firstTime: Int64?
    /// The tracks of pictures that have had no sync frame yet.
    private var awaitingSync: Set<Track.ID> = []
    /// Whether what precedes the next sync frame of the first pictures is not wanted.
    private var isPassingOver = false
    private var isAfterLoss = false
    /// Frames that belong into the next file.
    private var held: [MediaFrame] = []
    private var heldBytes = 0

    /// Makes the plan of a stream's recording from now on.
    public init(path: StreamPath, format: RecordingFormat, longestMilliseconds: Int64 = 0) {
        self.path = path
        self.format = format
        self.longestMilliseconds = longestMilliseconds
        writer = RecordingWriter(format)
        rhythm = BlockRhythm(format)
    }

    /// How much media the present file has, in milliseconds.
    public var durationMilliseconds: Int64 { writer.durationMilliseconds }

    /// Takes what the stream brings, at `wallclock` in milliseconds since 1970.
    public mutating func append(
        _ element: StreamElement, wallclock: Int64, into actions: inout [RecordingAction]
    ) {
        switch element {
        case .tracks(let tracks): change(to: tracks, wallclock: wallclock, into: &actions)
        case .metadata(let message):
            metadata = message
            if let message { take(message, as: .metadata(message), into: &actions) }
        case .frame(let frame): take(frame, wallclock: wallclock, into: &actions)
        case .data(let message): if startedAt != nil { take(message, as: .data(message), into: &actions) }
        case .discontinuity:
            // How long the last frames lasted must not be told by those behind the gap.
            if startedAt != nil { cut(isLast: true, into: &actions) }
        }
    }

    /// Ends the recording.
    public mutating func finish(_ ending: RecordingEnding, into actions: inout [RecordingAction]) {
        endFile(ending, into: &actions)
        held = []
        heldBytes = 0
    }

    /// Learns that the latest block could not be written: goes on at the next sync frame.
    ///
    /// - Returns: frames that are lost beside those of the block.
    public mutating func skip() -> Int {
        let lost = writer.discard()
        rhythm.reset()
        awaitSync()
        return lost
    }

    /// Learns that the file that has begun cannot be had: goes on in another, at the next sync frame.
    ///
    /// - Returns: frames that are lost beside those of its blocks.
    public mutating func abandonFile() -> Int {
        let lost = writer.discard()
        beginAnew()
        awaitSync()
        return lost
    }

    private mutating func awaitSync() {
        for track in tracks where track.kind == .video { awaitingSync.insert(track.id) }
        isPassingOver = pilot?.kind == .video
        isAfterLoss = !awaitingSync.isEmpty
    }

    /// How many frames were passed over since the last call.
    public mutating func takePassedOver() -> Int {
        defer { passedOver = 0 }
        return passedOver
    }

    // MARK: Tracks

    /// The track whose frames files and blocks begin with.
    private var pilot: Track? { tracks.first { $0.kind == .video } ?? tracks.first }

    private mutating func change(
        to announced: [Track], wallclock: Int64, into actions: inout [RecordingAction]
    ) {
        let (carried, omitted) = OmittedTrack.divide(announced) { [format] track, _ in format.reason(against: track) }
        self.omitted = omitted
        for track in carried where track.kind == .video && !tracks.contains(where: { $0.isSame(as: track) }) {
            awaitingSync.insert(track.id)
        }
        tracks = carried
        awaitingSync.formIntersection(carried.map(\.id))
        if pilot?.kind != .video { (isPassingOver, isAfterLoss) = (false, false) }
        // What has come under tracks that are no more is a file of its own, where none is open yet.
        if waitingTracks.contains(where: { track in !carried.contains { $0.isSame(as: track) } }) {
            if mayChange(at: wallclock) {
                endFile(.tracksChanged, into: &actions)
            } else {
                passedOver += writer.discard()
                startFile(at: nil)
                awaitSync()
            }
        }
        writer.setTracks(carried)
    }

    private mutating func mayChange(at wallclock: Int64) -> Bool {
        isRestless = !spendAllowance(at: wallclock)
        return !isRestless
    }

    /// Takes one of the files that may begin beside those that time alone brings, if one is left.
    private mutating func spendAllowance(at wallclock: Int64) -> Bool {
        guard allowance.isLeft(at: wallclock) else { return false }
        allowance.spend()
        return true
    }

    // MARK: Frames

    private mutating func take(_ frame: MediaFrame, wallclock: Int64, into actions: inout [RecordingAction]) {
        let track = frame.track
        // Nothing can be decoded from nothing; publishers send such to keep a connection awake.
        guard frame.payload.readableBytes > 0, tracks.contains(where: { $0 === track }) else { return }
        let pilot = pilot
        let isPilot = track === pilot
        if awaitingSync.contains(track.id) {
            guard frame.isSync else {
                if isPilot, !isOpen, startedAt != nil || !isPassingOver {
                    // The stream was on the air before: its sound begins with its pictures.
                    _ = writer.discard()
                    startFile(at: nil)
                    isPassingOver = true
                }
                return countPassedOver()
            }
            awaitingSync.remove(track.id)
            if isPilot { isPassingOver = false }
            if awaitingSync.isEmpty { isAfterLoss = false }
        }
        guard !isPassingOver else { return countPassedOver() }

        let isEntry = isPilot && frame.isSync
        if isOpen {
            if isEntry, !held.isEmpty || !writer.covers(track) {
                if mayChange(at: wallclock) {
                    endFile(.tracksChanged, into: &actions)
                } else {
                    dropHeld()
                    guard writer.covers(track) else { return leaveOut(into: &actions) }
                }
            } else if isEntry, isLongEnough(before: frame, wallclock: wallclock) {
                endFile(.longEnough, into: &actions)
            } else if !writer.covers(track) {
                hold(frame)
                guard heldBytes >= BlockRhythm.mostBytes || held.count >= BlockRhythm.mostElements else { return }
                guard mayChange(at: wallclock) else { return dropHeld() }
                endFile(.tracksChanged, into: &actions)
                for track in tracks where track.kind == .video { awaitingSync.insert(track.id) }
                return release(wallclock: wallclock)
            }
        }
        if !isOpen { release(wallclock: wallclock) }
        if startedAt == nil { startFile(at: wallclock) }
        firstTime = min(firstTime ?? .max, BlockRhythm.time(of: frame))
        let isDue = rhythm.isDue(before: frame, isPilot: isPilot)
        put(frame)
        if isDue { cut(isLast: false, into: &actions) }
        rhythm.take(frame, isPilot: isPilot)
    }

    private mutating func countPassedOver() {
        if isAfterLoss { passedOver += 1 }
    }

    /// Passes over a frame that begins what the open file has no place for.
    private mutating func leaveOut(into actions: inout [RecordingAction]) {
        // How long the last frames lasted must not be told by those behind the gap.
        cut(isLast: true, into: &actions)
        passedOver += 1
        awaitSync()
    }

    /// Whether the file ends by its length, before a sync frame.
    ///
    /// Times may leap with every frame; files do not end oftener than real time and the allowance let them.
    private mutating func isLongEnough(before frame: MediaFrame, wallclock: Int64) -> Bool {
        guard longestMilliseconds > 0, let firstTime, let startedAt,
            BlockRhythm.time(of: frame) - firstTime >= longestMilliseconds
        else { return false }
        return wallclock - startedAt >= longestMilliseconds / 2 || spendAllowance(at: wallclock)
    }

    /// Puts a frame into the file.
    private mutating func put(_ frame: MediaFrame) {
        writer.append(.frame(frame))
        guard format == .fragmentedMP4, !isOpen else { return }
        if let index = waitingTracks.firstIndex(where: { $0.isSame(as: frame.track) }) {
            // The object of the next frame, which is then known at a glance.
            waitingTracks[index] = frame.track
        } else {
            waitingTracks.append(frame.track)
        }
    }

    /// Puts a message into the file, where the format has a place for it.
    private mutating func take(
        _ message: DataMessage, as entry: FLVFileWriter.Entry, into actions: inout [RecordingAction]
    ) {
        guard format == .flv else { return }
        // Messages that come without frames do not pile up.
        if startedAt != nil, rhythm.isFull { cut(isLast: false, into: &actions) }
        writer.append(entry)
        if startedAt != nil { rhythm.take(message) }
    }

    private mutating func dropHeld() {
        passedOver += held.count
        held = []
        heldBytes = 0
    }

    private mutating func hold(_ frame: MediaFrame) {
        held.append(frame)
        heldBytes += frame.payload.readableBytes
    }

    /// Puts the frames that were held into the file.
    private mutating func release(wallclock: Int64) {
        guard !held.isEmpty else { return }
        if startedAt == nil { startFile(at: wallclock) }
        for frame in held {
            put(frame)
            rhythm.take(frame, isPilot: false)
            firstTime = min(firstTime ?? .max, BlockRhythm.time(of: frame))
        }
        held = []
        heldBytes = 0
    }

    // MARK: Files

    private mutating func startFile(at wallclock: Int64?) {
        startedAt = wallclock
        firstTime = nil
        waitingTracks = []
        rhythm.reset()
    }

    private mutating func cut(isLast: Bool, into actions: inout [RecordingAction]) {
        rhythm.reset()
        guard let block = writer.cut(isLast: isLast), let startedAt else { return }
        if !isOpen {
            isOpen = true
            waitingTracks = []
            actions.append(
                .begin(RecordingBeginning(path: path, format: format, startedAt: startedAt, omitted: omitted)))
        }
        actions.append(.write(block))
    }

    private mutating func endFile(_ ending: RecordingEnding, into actions: inout [RecordingAction]) {
        cut(isLast: true, into: &actions)
        if isOpen { actions.append(.end(ending, durationMilliseconds: writer.durationMilliseconds)) }
        beginAnew()
    }

    private mutating func beginAnew() {
        writer = RecordingWriter(format)
        writer.setTracks(tracks)
        if let metadata { writer.append(.metadata(metadata)) }
        isOpen = false
        startFile(at: nil)
    }
}
