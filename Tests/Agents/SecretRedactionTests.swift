import Agents
import Testing

struct SecretRedactionTests {
    @Test(arguments: [
        ("export OPENAI_API_KEY=sk-proj-abcdefghijklmnop1234", "export OPENAI_API_KEY=[redacted]"),
        ("curl -H 'Authorization: Bearer abcdefgh12345678' x", "curl -H 'Authorization: Bearer [redacted]' x"),
        ("git clone ssh://u:s3cr3t@example.com/r", "git clone ssh://u:[redacted]@example.com/r"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789 ok", "[redacted] ok"),
        ("aws AKIAIOSFODNN7EXAMPLE", "aws [redacted]"),
        (#"{"password": "hunter22"}"#, #"{"password": "[redacted]"}"#),
        ("a\n-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nb", "a\n[redacted]\nb"),
        ("-----BEGIN PRIVATE KEY-----\nMII", "[redacted]"),
    ])
    func `secrets are taken out`(text: String, redacted: String) {
        #expect(SecretRedaction.redact(text) == redacted)
    }

    @Test(arguments: [
        "npm test", "tokens: 120000", "Edit src/tokenizer.ts", "task-runner is a name", "key = value", "basic usage",
        "",
        "你好 🎉", "let secretary = person",
    ])
    func `what is no secret stays`(text: String) {
        #expect(SecretRedaction.redact(text) == text)
    }
}
