extension HookInstallation {
    /// Marks of prompts and commands for an interactive shell. The user's own files are read first, by the shell itself or
    /// by ours; none of them is touched.
    static func shell(_ request: Request) -> HookInstallation {
        var result = HookInstallation()
        switch request.program.split(separator: "/").last ?? "" {
        case "bash":
            result.files["bashrc"] = ShellIntegration.bash
            result.arguments = ["--rcfile", "\(request.folder)/bashrc"]
        case "zsh":
            result.files["zsh/.zshenv"] = ShellIntegration.zsh
            result.environment["ZDOTDIR"] = "\(request.folder)/zsh"
            // Told apart from an empty one: zsh then looks in HOME.
            result.environment["AH_USER_ZDOTDIR"] = request.environment["ZDOTDIR"] ?? ""
        case "fish":
            result.files["marks.fish"] = ShellIntegration.fish
            result.arguments = ["--init-command", "source \(ShellWord.quoted("\(request.folder)/marks.fish"))"]
        case let name:
            result.remarks.append(
                "no marks are known for \(name): its commands are moments only if it sends OSC 133 itself")
        }
        return result
    }
}

/// What shells are told to do at their prompts: OSC 133 A, B, C and D with the status, and OSC 7 with the folder. `aid` names
/// the shell, so that the marks of others that run in it (over ssh, in a multiplexer) end none of its commands.
enum ShellIntegration {
    /// PS0 is written after a line was read; the arithmetic in it notes that a command ran, without a subshell.
    static let bash = #"""
        if [ -r ~/.bashrc ]; then . ~/.bashrc; fi
        __ah_before() {
            local status=$? folder=${PWD//\%/%25}
            if [ -n "$__ah_ran" ]; then printf '\e]133;D;%s;aid=ah.%s\a' "$status" "$$"; __ah_ran=; fi
            printf '\e]7;file://%s%s\a' "$HOSTNAME" "${folder// /%20}"
            return "$status"
        }
        __ah_after() {
            local status=$?
            case $PS1 in *'133;A'*) ;; *) PS1='\[\e]133;A\a\]'"$PS1"'\[\e]133;B\a\]' ;; esac
            return "$status"
        }
        PROMPT_COMMAND="__ah_before${PROMPT_COMMAND:+;${PROMPT_COMMAND%;}};__ah_after"
        PS0="$PS0"'\e]133;C;aid=ah.'"$$"'\a${PWD:$((__ah_ran=1,0)):0}'

        """#

    /// What is typed is told by the shell itself, since suggestions may be on the screen beside it.
    static let zsh = #"""
        if [[ -n $AH_USER_ZDOTDIR ]]; then export ZDOTDIR=$AH_USER_ZDOTDIR; else unset ZDOTDIR; fi
        unset AH_USER_ZDOTDIR
        [[ -r ${ZDOTDIR:-$HOME}/.zshenv ]] && . ${ZDOTDIR:-$HOME}/.zshenv
        if [[ -o interactive ]]; then
            __ah_before() {
                local ended=$? folder=${PWD//\%/%25}
                [[ -n $__ah_ran ]] && printf '\e]133;D;%s;aid=ah.%s\a' $ended $$
                __ah_ran=
                printf '\e]7;file://%s%s\a' $HOST ${folder// /%20}
                [[ $PS1 == *'133;A'* ]] || PS1=$'%{\e]133;A\a%}'$PS1$'%{\e]133;B\a%}'
                return $ended
            }
            __ah_started() {
                __ah_ran=1
                local line=${1[1,2000]}
                line=${line//\%/%25}
                line=${line//;/%3B}
                line=${line//$'\n'/%0A}
                printf '\e]133;C;aid=ah.%s;cmdline_url=%s\a' $$ ${line//[[:cntrl:]]/%20}
            }
            precmd_functions=(__ah_before $precmd_functions)
            preexec_functions+=(__ah_started)
        fi

        """#

    /// From its fourth version on, fish sends the marks by itself, and the folder only to terminals that it knows before.
    static let fish = #"""
        function __ah_folder --on-event fish_prompt
            printf '\e]7;file://%s%s\a' $hostname (string escape --style=url -- $PWD)
        end
        if string match -qr '^[0-3]\.' $version
            function __ah_started --on-event fish_preexec
                printf '\e]133;C;aid=ah.%s;cmdline_url=%s\a' $fish_pid \
                    (string sub -l 2000 -- "$argv[1]" | string collect | string escape --style=url)
            end
            function __ah_ended --on-event fish_postexec
                printf '\e]133;D;%s;aid=ah.%s\a' $status $fish_pid
            end
            function __ah_prompt --on-event fish_prompt
                printf '\e]133;A\a'
            end
        end

        """#
}
