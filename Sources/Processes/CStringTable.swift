import Glibc

/// A NULL-terminated array of C strings, as argv is one, freed with this object. A nil string ends it early for C.
final class CStringTable {
    private let pointers: UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>

    init(_ strings: [String?]) {
        pointers = .allocate(capacity: strings.count + 1)
        pointers.initialize(repeating: nil)
        for (index, string) in strings.enumerated() { pointers[index] = string.flatMap { strdup($0) } }
    }

    deinit {
        for pointer in pointers { free(pointer) }
        pointers.deallocate()
    }

    var mutableBase: UnsafePointer<UnsafeMutablePointer<CChar>?>? { UnsafePointer(pointers.baseAddress) }

    var base: UnsafePointer<UnsafePointer<CChar>?>? {
        UnsafeRawPointer(pointers.baseAddress)?.assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    }

    subscript(index: Int) -> UnsafePointer<CChar>? { UnsafePointer(pointers[index]) }
}
