import Agents
import TestSupport
import Testing

struct JSONValueTests {
    @Test(arguments: [
        #"{"a":[1,-2.50e+3,true,null,"x"],"b":{"c":""}}"#, #"[]"#, #""ü\n\"\\🎉""#, #"{"a":1,"a":2}"#, "0",
    ])
    func `a document is written as it was read`(text: String) throws {
        #expect(try JSONValue(parsing: text).encodedText == text)
    }

    @Test func `escapes are read, and half a pair becomes a replacement`() throws {
        #expect(try JSONValue(parsing: #""\ud83c\udf89\u00e4\/\t""#).text == "🎉ä/\t")
        #expect(try JSONValue(parsing: #""\ud83cx""#).text == "\u{FFFD}x")
        #expect(try JSONValue(parsing: #""\ud83c\u0041""#).text == "\u{FFFD}A")
    }

    @Test(arguments: [
        "", "{", "[1,", "[1 2]", #"{"a"}"#, #"{"a":}"#, "tru", "nan", "0x10", "+1", "1 2", #""abc"#, #""\q""#,
        #""\u12""#, "-",
    ])
    func `what is no document is refused`(text: String) {
        #expect(throws: JSONProblem.self) { try JSONValue(parsing: text) }
    }

    @Test func `nesting is bounded`() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONProblem.self) { try JSONValue(parsing: deep) }
    }

    @Test func `random bytes never trap, and what is read survives being written`() throws {
        var random = SeededRandom(seed: 42)
        let alphabet = Array(#"{}[]",:\u0123456789eE+-.truefalsn ab"#.utf8)
        for _ in 0..<3000 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect(try JSONValue(parsing: value.encoded) == value)
        }
    }

    @Test func `a member is set in its place`() throws {
        var value = try JSONValue(parsing: #"{"a":1,"b":2}"#)
        value.set("a", .string("x"))
        value.set("c", .bool(true))
        #expect(value.encodedText == #"{"a":"x","b":2,"c":true}"#)
    }
}
