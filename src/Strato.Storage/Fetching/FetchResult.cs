using System.Diagnostics.CodeAnalysis;
using Strato.Storage.Cache;
using Strato.Storage.Http;

namespace Strato.Storage.Fetching;

/// <summary>
/// What became of an <see cref="ObjectRequest"/>: an open object, which the receiver disposes, or the reason why there is none.
/// </summary>
public readonly struct FetchResult
{
    internal FetchResult(OpenedObject opened) => Object = opened;

    internal FetchResult(FetchFailure failure) => Failure = failure;

    /// <summary>The verified object; meaningful only where <see cref="Succeeded"/>.</summary>
    public OpenedObject Object { get; }

    /// <summary>Why there is none.</summary>
    public FetchFailure? Failure { get; }

    [MemberNotNullWhen(false, nameof(Failure))]
    public bool Succeeded => Failure is null;
}
