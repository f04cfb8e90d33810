import ScreenModel

/// Colours as theme files write them: `default`, `#rrggbb`, `0` … `255`, `blue`, `bright-blue`.
enum ColorName {
    private static let basic = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"]

    static let names = ["default"] + basic + basic.map { "bright-\($0)" }

    static func color(_ text: String) -> Color? {
        if text == "default" { return .default }
        if let index = UInt8(text) { return .indexed(index) }
        if let index = names.dropFirst().firstIndex(of: text) { return .indexed(UInt8(index - 1)) }
        guard text.first == "#", text.utf8.count == 7, let value = UInt32(text.dropFirst(), radix: 16) else {
            return nil
        }
        return .rgb(UInt8(value >> 16), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF))
    }
}
