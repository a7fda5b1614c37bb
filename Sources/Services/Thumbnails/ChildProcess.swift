import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a child process gave nothing.
enum ChildProcessFault: Error, Equatable {
    /// It could not be started, for the reason that `errno` gave.
    case notStarted(CInt)
    /// It took longer than it may, and was killed.
    case tookTooLong
    /// It said more than it may, and was killed.
    case saidTooMuch
    /// It ended with another status than 0.
    case failed(status: CInt)
}

/// A program that is given bytes and says bytes, run to its end on the thread that calls.
///
/// What it is given lies in a file without a name, so that nothing waits for it to read. It runs in a process group of
/// its own, which is killed whole when it takes too long or says too much, and it is always waited for: no zombie
/// remains. Its errors go nowhere.
struct ChildProcess {
    /// The program's path.
    var program: String
    /// What it is called with, without its name.
    var arguments: [String]
    /// Bytes that it may say.
    var mostOutput: Int
    /// How long it may take.
    var limit: TimeAmount

    /// Runs the program.
    ///
    /// - Returns: what it said, once it has ended with status 0.
    func run(_ input: ByteBuffer) throws(ChildProcessFault) -> ByteBuffer {
        let deadline = NIODeadline.now() + limit
        let standardInput = try Descriptor.file(with: input)
        var (output, outputEnd) = try Descriptor.pipe()
        let id = try spawn(standardInput: standardInput, standardOutput: outputEnd)
        // Ours must be closed, or the end of what it says would never come.
        outputEnd = Descriptor.none
        var said = ByteBuffer()
        var fault: ChildProcessFault?
        do throws(ChildProcessFault) {
            said = try read(from: output, until: deadline)
        } catch {
            fault = error
        }
        output = Descriptor.none
        if fault != nil { _ = kill(-id, SIGKILL) }
        let status = waitForEnd(of: id, until: deadline)
        if let fault { throw fault }
        guard let status else { throw .tookTooLong }
        guard status == 0 else { throw .failed(status: status) }
        return said
    }

    private func read(from output: Descriptor, until deadline: NIODeadline) throws(ChildProcessFault) -> ByteBuffer {
        var said = ByteBuffer()
        while true {
            let left = (deadline - .now()).nanoseconds / 1_000_000
            guard left > 0 else { throw .tookTooLong }
            var question = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
            let answer = poll(&question, 1, CInt(clamping: left))
            if answer < 0, errno == EINTR { continue }
            guard answer > 0 else { throw .tookTooLong }
            let count = said.writeWithUnsafeMutableBytes(minimumWritableBytes: 64 << 10) { room in
                max(0, systemRead(output.number, room.baseAddress, room.count))
            }
            if count == 0 { return said }
            guard said.readableBytes <= mostOutput else { throw .saidTooMuch }
        }
    }

    /// Waits for a child that has closed its output; it is killed when it does not end in time.
    ///
    /// - Returns: its status; `nil` when it was killed here.
    private func waitForEnd(of id: pid_t, until deadline: NIODeadline) -> CInt? {
        var status: CInt = 0
        var isKilled = false
        while true {
            let ended = waitpid(id, &status, isKilled ? 0 : WNOHANG)
            if ended == id || (ended < 0 && errno != EINTR) { break }
            if ended == 0, NIODeadline.now() >= deadline {
                isKilled = true
                _ = kill(-id, SIGKILL)
            } else if ended == 0 {
                // There is no way to wait for a process and a time that all systems know.
                usleep(2_000)
            }
        }
        // Whatever it left behind in its group.
        _ = kill(-id, SIGKILL)
        return isKilled ? nil : status
    }
}
