import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Thumbnails

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@Suite("Child processes")
struct ChildProcessTests {
    private func shell(
        _ script: String, mostOutput: Int = 1 << 20, limit: TimeAmount = .seconds(20), input: ByteBuffer = ByteBuffer()
    ) async throws -> Result<ByteBuffer, ChildProcessFault> {
        let child = ChildProcess(
            program: "/bin/sh", arguments: ["-c", script], mostOutput: mostOutput, limit: limit)
        return try await NIOThreadPool.singleton.runIfActive { () -> Result<ByteBuffer, ChildProcessFault> in
            do throws(ChildProcessFault) {
                return .success(try child.run(input))
            } catch {
                return .failure(error)
            }
        }
    }

    /// Whether a process with this number is there, be it a zombie.
    private func exists(_ id: pid_t) -> Bool { kill(id, 0) == 0 }

    @Test("what goes in comes out, however long it is")
    func echo() async throws {
        let input = ByteBuffer(bytes: (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        #expect(try await shell("cat", mostOutput: 4 << 20, input: input) == .success(input))
        #expect(try await shell("true") == .success(ByteBuffer()))
    }

    @Test("it inherits nothing: no descriptor, no environment, no blocked signal")
    func inheritance() async throws {
        let descriptors = try await shell("ls /proc/self/fd | tr '\\n' ' '").get()
        // 3 is the folder that ls itself reads.
        #expect(String(buffer: descriptors) == "0 1 2 3 ")
        #expect(
            String(buffer: try await shell("env | grep -v '^PWD\\|^_\\|^SHLVL' | sort | tr '\\n' ' '").get())
                == "LC_ALL=C PATH=/usr/bin:/bin ")
        #expect(String(buffer: try await shell("grep SigBlk /proc/self/status").get()).hasSuffix("0000000000000000\n"))
    }

    @Test("one that hangs is killed with all that it started, and waited for")
    func hanging() async throws {
        let before = NIODeadline.now()
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        let result = try await shell("sleep 600 & echo $! $$ >'\(file.path)'; wait", limit: .seconds(5))
        #expect(result == .failure(.tookTooLong))
        let ids = try String(contentsOf: file, encoding: .utf8).split { $0.isWhitespace }.compactMap { pid_t($0) }
        #expect(ids.count == 2)
        for id in ids { try await eventually("\(id) is killed") { !isRunning(id) } }
        // Long before it would have ended by itself, however busy the machine is.
        #expect(NIODeadline.now() - before < .seconds(500))
    }

    @Test("one that closes its output and stays is killed too")
    func lingering() async throws {
        let result = try await shell("echo $$; exec >&-; sleep 600", limit: .milliseconds(300))
        #expect(result == .failure(.tookTooLong))
    }

    @Test("what it leaves in the background when it ends is killed")
    func leftBehind() async throws {
        let said = String(buffer: try await shell("sleep 600 >/dev/null & echo $!").get())
        let id = try #require(pid_t(said.dropLast()))
        // Not ours to wait for: whoever adopts it does, in its own time.
        try await eventually("it is killed") { !isRunning(id) }
    }

    /// Whether a process is there and no zombie.
    private func isRunning(_ id: pid_t) -> Bool {
        guard exists(id), let file = fopen("/proc/\(id)/stat", "r") else { return false }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        guard fgets(&line, 512, file) != nil else { return false }
        return !String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).contains(") Z")
    }

    @Test("one that says too much is killed at once")
    func talkative() async throws {
        #expect(try await shell("yes", mostOutput: 100_000) == .failure(.saidTooMuch))
    }

    @Test("its status is told; a program that is not there is not started")
    func failures() async throws {
        #expect(try await shell("echo some; exit 3") == .failure(.failed(status: 3 << 8)))
        #expect(try await shell("kill -9 $$") == .failure(.failed(status: 9)))
        let absent = ChildProcess(program: "/nowhere/ffmpeg", arguments: [], mostOutput: 1, limit: .seconds(1))
        #expect(throws: ChildProcessFault.notStarted(ENOENT)) { try absent.run(ByteBuffer()) }
    }

    @Test("no zombies remain, and no descriptors")
    func leaks() async throws {
        func descriptors() throws -> Int {
            let folder = try #require(opendir("/proc/self/fd"))
            defer { closedir(folder) }
            var count = 0
            while readdir(folder) != nil { count += 1 }
            return count
        }
        let before = try descriptors()
        for _ in 0..<100 {
            let said = String(buffer: try await shell("echo $$").get())
            let id = try #require(pid_t(said.dropLast()))
            #expect(!exists(id), "it was not waited for")
            _ = try await shell("yes", mostOutput: 10)
        }
        // Other tests have some open at the same time.
        #expect(try descriptors() < before + 150)
    }

    @Test("programs are found as a shell finds them")
    func search() {
        #expect(ExecutableSearch.find("/bin/sh") == "/bin/sh")
        #expect(ExecutableSearch.find("sh")?.hasSuffix("/sh") == true)
        #expect(ExecutableSearch.find("/etc/passwd") == nil)
        #expect(ExecutableSearch.find("/tmp") == nil)
        #expect(ExecutableSearch.find("no-such-program-at-all") == nil)
        #expect(ExecutableSearch.find("") == nil)
    }
}
