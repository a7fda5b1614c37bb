import RTMPSession
import Testing

@Suite("Challenges of publishers")
struct PublisherChallengeTests {
    private func response(_ items: (String, String)...) -> PublisherResponse? {
        PublisherResponse(items.map { (name: $0.0, value: $0.1) })
    }

    // Made with Python's hashlib, after FFmpeg's rtmpproto.c.
    private let proof = PasswordProof(user: "ann", salt: "salt", password: "pass")

    @Test("a password becomes what clients compute from it")
    func proofs() {
        #expect(proof == PasswordProof(adobe: "EBziQ/ZXvWNLLGRErQOHEw==", llnw: "73e0e85e958faefab67181c3a643ba3b"))
    }

    @Test("Adobe's response is verified, and one for anything else is not")
    func adobe() throws {
        func answer(_ change: (inout [(String, String)]) -> Void = { _ in }) -> Bool {
            var items = [
                ("authmod", "adobe"), ("user", "ann"), ("challenge", "0a1b2c3d"),
                ("response", "c5XOWhffcQ/z195parPnNA=="),
                ("opaque", "nonce"),
            ]
            change(&items)
            return PublisherResponse(items.map { (name: $0.0, value: $0.1) })?.proves(proof, application: "live")
                ?? false
        }
        #expect(answer())
        #expect(!answer { $0[2].1 = "0a1b2c3e" })
        #expect(!answer { $0[4].1 = "other" })
        #expect(!answer { $0[3].1 = "" })
        #expect(!answer { $0[3].1.removeLast() })
        #expect(!answer { $0[0].1 = "llnw" })
    }

    @Test("Limelight's response names the application, with the instance that every one has")
    func llnw() throws {
        func answer(_ response: String, _ application: String) throws -> Bool {
            let items = [
                ("authmod", "llnw"), ("user", "ann"), ("nonce", "nonce"), ("cnonce", "0a1b2c3d"), ("nc", "00000001"),
                ("response", response),
            ]
            return try #require(PublisherResponse(items.map { (name: $0.0, value: $0.1) }))
                .proves(proof, application: application)
        }
        #expect(try answer("409ec9ca4bcc0fa8114a8d614dea434a", "live"))
        #expect(try answer("d3f1b0f75c5b281f5af10dba684779b1", "live/x"))
        #expect(try !answer("409ec9ca4bcc0fa8114a8d614dea434a", "other"))
    }

    @Test("what names no user that could be quoted is no response")
    func unusable() {
        #expect(response(("authmod", "adobe"), ("user", "ann"))?.isComplete == false)
        #expect(response() == nil)
        #expect(response(("authmod", "adobe")) == nil)
        #expect(response(("authmod", "kerberos"), ("user", "ann")) == nil)
        for user in ["", "a b", "a&b", "a?b", "a=b", "a\"b", "a]b", "ä", String(repeating: "a", count: 256)] {
            #expect(response(("authmod", "adobe"), ("user", user)) == nil)
        }
    }

    @Test("the words are those that clients look for")
    func words() {
        #expect(PublisherChallenge.adobe.needed.contains("code=403 need auth; authmod=adobe"))
        #expect(
            PublisherChallenge.adobe.asked(user: "u", salt: "s", nonce: "n")
                .hasSuffix("?reason=needauth&user=u&salt=s&challenge=n&opaque=n"))
        #expect(
            PublisherChallenge.llnw.asked(user: "u", salt: "s", nonce: "n").hasSuffix("?reason=needauth&user=u&nonce=n")
        )
        #expect(PublisherChallenge.llnw.failed.contains("authmod=llnw ] : ?reason=authfailed"))
    }

    @Test("an answer behind an application of two parts stays a query")
    func address() {
        let address = StreamAddress(
            application: "live/inst?authmod=adobe&user=u&response=ab/cd==", tcURL: "rtmp://h/live/inst",
            flashVersion: "FMLE/3.0 (compatible; Lavf60.3.100)", name: "show")
        #expect(address.path == "live/inst/show")
        #expect(address.query["response"] == "ab/cd==")
    }
}
