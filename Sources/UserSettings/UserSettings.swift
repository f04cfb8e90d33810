// UserSettings: the settings of the program, from one TOML file, the environment and what is built in. It is not what keymaps,
// themes or agents say in files of their own, but reads TOML for those who do.
//
// Parts: Setting (the table of all settings), Settings (their values and where each comes from), SettingsFile (reading and
// changing the file), TOMLText (TOML with the lines of its mistakes).

import TOMLKit
import WorkbenchModel

/// A TOML text taken apart, or what is wrong with it and where.
public enum TOMLText {
    /// - Returns: the table, or the one problem for which there is none.
    public static func table(_ text: String, file: String) -> Result<TOMLTable, ConfigurationProblem> {
        do {
            return .success(try TOMLTable(string: text))
        } catch let error as TOMLParseError {
            return .failure(ConfigurationProblem(file: file, line: error.source.begin.line, text: error.description))
        } catch {
            return .failure(ConfigurationProblem(file: file, line: nil, text: "\(error)"))
        }
    }
}
