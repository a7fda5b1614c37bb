import MediaModel
import Testing

@testable import HTTPDelivery

@Suite("The watch page's document")
struct WatchPageTests {
    private func document(name: String = "show", isEmbedded: Bool = false) throws -> String {
        WatchPage.document(for: try StreamPath(application: "live", name: name), isEmbedded: isEmbedded)
    }

    @Test("it is lighter than 60 KiB, whatever the stream's name")
    func weight() throws {
        let longest = String(repeating: "n", count: StreamPath.longestPart)
        #expect(try document(name: longest, isEmbedded: true).utf8.count < 60 << 10)
    }

    @Test("it names its stream and its form, and leaves no place unfilled")
    func filled() throws {
        let embedded = try document(isEmbedded: true)
        #expect(embedded.contains("<title>show · live</title>"))
        #expect(embedded.contains("<body class=\"embed\">"))
        #expect(!embedded.contains("{{"))
        #expect(try document().contains("<body class=\"page\">"))
    }

    @Test("it loads nothing from elsewhere")
    func selfContained() throws {
        let document = try document()
        for outside in ["http://", "https://", " src=\"", "@import", "url("] {
            #expect(!document.contains(outside), "\(outside)")
        }
    }

    @Test("its policy allows its own script and style, and no others")
    func policy() {
        let policy = WatchPage.contentSecurityPolicy
        #expect(policy.hasPrefix("default-src 'none'; script-src 'sha256-"))
        #expect(policy.components(of: "'sha256-") == 2)
        #expect(!policy.contains("unsafe"))
    }
}

@Suite("What is sent of a page's sources")
struct PageSourceTests {
    private func sent(_ source: String) -> String { PageSource.joinedScript(of: [Array(source.utf8)]) }

    @Test(
        "spaces go where JavaScript needs none",
        arguments: [
            ("const a = b + c;", "const a=b+c;"), ("  if (a) return [b, c];", "if(a)return[b,c];"),
            ("x = a - -b;", "x=a- -b;"), ("x = y / 2;", "x=y/2;"), ("get size() {", "get size(){"),
            ("const { a, b } = c;", "const{a,b}=c;"),
        ])
    func spaces(written: String, expected: String) {
        #expect(sent(written) == "\n" + expected)
    }

    @Test(
        "texts and regular expressions stay as they are",
        arguments: [
            #"say("a , b");"#, #"say('a = "b');"#, "say(`a + ${b} = c`);", "x.split(/ *, */);",
            "x = /a b/.test(y) ? 1 : 2;",
        ])
    func texts(written: String) {
        #expect(sent(written) == "\n" + written)
    }

    @Test("imports, comments and the word export are for those who read")
    func modules() {
        let source = """
            // What it is for.
            import { a } from "./a.js";

            export const b = 1;
            export function c() {
              // Why.
              return b;
            }
            """
        #expect(sent(source) == "\nconst b=1\nfunction c(){return b}")
    }

    @Test("a semicolon stays before what would continue the statement")
    func semicolons() {
        #expect(sent("a();\n[b] = c;\n`d`;") == "\na();\n[b]=c;\n`d`;")
    }

    @Test("declarations that follow each other are one")
    func declarations() {
        #expect(
            sent("const a = 1;\nconst { b } = c;\nlet d;\nconst e = 2;\nconstant();")
                == "\nconst a=1,{b}=c\nlet d\nconst e=2\nconstant();")
        #expect(
            sent("const a = () => {\n  const b = 1;\n  c();\n};\nconst d = 2;")
                == "\nconst a=()=>{const b=1\nc()}\nconst d=2;")
    }

    @Test("the parameter that a function has alone needs no brackets")
    func parameters() {
        #expect(sent("a.map((b) => c(b));") == "\na.map(b=>c(b));")
        #expect(sent("const a = async (b) => c;") == "\nconst a=async(b)=>c;")
        #expect(sent("a(() => b, ({ c }) => c, (d, e) => d);") == "\na(()=>b,({c})=>c,(d,e)=>d);")
    }

    @Test("private members and constants have short names, the same everywhere")
    func shortNames() {
        #expect(sent("a.#size = b.#count + c.#size;") == "\na.#a0=b.#a1+c.#a0;")
        #expect(sent("a = LONG_NAME + LONGER_NAME - LONG_NAME * STEP;") == "\na=A0+A1-A0*STEP;")
        #expect(sent("a = { _HLS_msn: b };") == "\na={_HLS_msn:b};")
        #expect(sent("a = '#i-' + '#EXTM3U';") == "\na='#i-'+'#EXTM3U';")
    }

    @Test("a line that only opens, or only closes, joins its neighbour; one that ends a block does not")
    func lines() {
        #expect(sent("a(\n  b,\n  [\n    c,\n  ],\n);") == "\na(b,[c,],);")
        #expect(sent("if (a) {\n  b();\n}\nelse c();\n(d)();") == "\nif(a){b()}\nelse c();\n(d)();")
    }

    @Test("a document keeps the quotes that it needs")
    func quotes() {
        let source = """
              <p id="a" class="b-2">c</p>
              <use href="#d"/><br title="e"/><i class="{{f}}" lang="">g="h"</i>
            """
        let document = PageSource.tightenedDocument(Array(source.utf8))
        #expect(
            document == """
                <p id=a class=b-2>c</p>
                <use href="#d"/><br title="e"/><i class="{{f}}" lang="">g="h"</i>
                """)
    }

    @Test("a style keeps its meaning")
    func style() {
        let style = PageSource.tightenedStyle(
            Array("a b, c :hover {\n  margin: 0 1px; color: red;\n}\n/* why */\n".utf8))
        #expect(style == "a b,c :hover{margin:0 1px;color:red}")
    }
}

extension String {
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
