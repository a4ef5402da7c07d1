namespace Strato.Core.Configuration.Shell;

/// <summary>What the lexer cuts a parameter file into.</summary>
internal enum ShellTokenKind
{
    /// <summary>Characters up to blank or operator, with their quotes.</summary>
    Word,

    /// <summary>A newline or a semicolon.</summary>
    Separator,

    /// <summary><c>;;</c></summary>
    CaseEnd,

    /// <summary><c>&amp;&amp;</c></summary>
    AndIf,

    /// <summary><c>||</c></summary>
    OrIf,

    /// <summary><c>|</c></summary>
    Pipe,

    /// <summary><c>&amp;</c></summary>
    Background,

    /// <summary><c>(</c></summary>
    OpenParenthesis,

    /// <summary><c>)</c></summary>
    CloseParenthesis,

    /// <summary><c>&lt;</c>, <c>&gt;</c> and their kin, with the number of a descriptor before and after.</summary>
    Redirection,

    /// <summary>The end of the file.</summary>
    End,
}
