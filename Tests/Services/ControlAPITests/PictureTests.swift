import EndpointCore
import MediaModel
import NIOConcurrencyHelpers
import NIOCore
import Testing

@testable import ControlAPI

@Suite("Control API: pictures")
struct PictureTests {
    /// Answers as a test says, and notes what was asked for.
    private final class Pictures: PictureSource {
        let asked = NIOLockedValueBox<[Int?]>([])
        let answer: PictureAnswer

        init(_ answer: PictureAnswer) { self.answer = answer }

        func picture(of path: StreamPath, width: Int?) async -> PictureAnswer {
            asked.withLockedValue { $0.append(width) }
            return answer
        }
    }

    /// Sees one application.
    private struct OneApplication: APIAuthorizer {
        func authorize(_ request: HTTPRoute.Request) async -> Result<APIGrant, APIRefusal> {
            .success(APIGrant(name: "test", role: .viewer, applications: ["live"]))
        }
    }

    @Test("a live stream of an application that one may see has one")
    func shown() async throws {
        let pictures = Pictures(.picture(StillPicture(bytes: ByteBuffer(string: "jpeg"), version: "v-1")))
        let room = Room(authorizer: OneApplication(), pictures: pictures)
        for path in ["live/show", "live/a/b", "other/show"] { _ = try await room.publish(path) }
        let answer = try await room.answer("/pictures/live/show", query: ["width": "320"])
        #expect(answer.status == 200 && answer.mediaType == "image/jpeg" && String(buffer: answer.body) == "jpeg")
        #expect(answer.headers["Cache-Control"] == "private, max-age=2" && answer.headers["ETag"] == "\"v-1\"")
        let known = try await room.answer("/pictures/live/show", headers: ["if-none-match": "W/\"v-1\""])
        #expect(known.status == 304 && known.body.readableBytes == 0)
        #expect(try await room.answer("/pictures/live/a/b").status == 200)
        #expect(pictures.asked.withLockedValue { $0 } == [320, nil, nil])
        for path in ["/pictures/other/show", "/pictures/live/none", "/pictures/live/..%2f"] {
            #expect(try room.problem(try await room.answer(path)).status == 404)
        }
        for width in ["0", "x", "99999", "-1"] {
            #expect(try await room.answer("/pictures/live/show", query: ["width": width]).status == 400)
        }
        #expect(pictures.asked.withLockedValue { $0.count } == 3)
    }

    @Test(
        "why there is none is said",
        arguments: [(PictureAnswer.notNow("none yet"), 503), (.never("it has no pictures"), 404), (nil, 404)])
    func none(answer: PictureAnswer?, status: Int) async throws {
        let room = Room(pictures: answer.map(Pictures.init))
        _ = try await room.publish("live/show")
        #expect(try room.problem(try await room.answer("/pictures/live/show")).status == status)
    }
}
