using Grpc.Core;
using Strato.Core;

namespace Strato.Kubernetes.Csi;

/// <summary>A call that is answered with a status: its message is what <c>kubectl describe pod</c> shows.</summary>
internal sealed class CsiFailure : StratoException
{
    public CsiFailure(StatusCode code, string message)
        : base(message) => Code = code;

    public CsiFailure(StatusCode code, string message, Exception cause)
        : base(message, cause) => Code = code;

    /// <summary>The status, as the specification's error schemes have it.</summary>
    public StatusCode Code { get; }

    /// <summary>INVALID_ARGUMENT.</summary>
    public static CsiFailure Invalid(string message) => new(StatusCode.InvalidArgument, message);
}
