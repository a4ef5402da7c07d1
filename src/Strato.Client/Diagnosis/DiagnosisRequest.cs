using Strato.Client.Attachments;
using Strato.Core.Native;

namespace Strato.Client.Diagnosis;

/// <summary>What is to be looked at, and on which machine. Immutable.</summary>
public sealed record DiagnosisRequest
{
    /// <summary>How repositories are configured.</summary>
    public required IRepositoryConfigurations Repositories { get; init; }

    /// <summary>The repositories to look at; all that are configured where empty.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The folder of the parameter files.</summary>
    public required string ConfigFolder { get; init; }

    /// <summary>The directories to look for programs in.</summary>
    public required string SearchPath { get; init; }

    /// <summary>Whether the process may do what root may.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>What stands before <c>/dev</c>, <c>/proc</c> and <c>/sys</c>; empty for this machine.</summary>
    public string Root { get; init; } = "";

    /// <summary>The libraries of the system.</summary>
    public IReadOnlyList<SystemLibrary> Libraries { get; init; } = SystemLibrary.FindAll();

    /// <summary>The longest that any one thing is waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
