using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using Strato.Client.Volumes;
using Strato.Core;
using Strato.Posix;

namespace Strato.Kubernetes.Csi;

/// <summary>Turns failures into statuses with one line for a person, and logs them.</summary>
internal sealed partial class CsiErrors(ILoggerFactory loggers) : Interceptor
{
    private const int NoSpaceResult = 28;

    private readonly ILogger log = loggers.CreateLogger("csi");

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (RpcException)
        {
            throw;
        }
        catch (Exception error)
        {
            Status status = StatusOf(error, context);
            Failed(log, context.Method, status.StatusCode, status.Detail);
            throw new RpcException(status);
        }
    }

    private static Status StatusOf(Exception error, ServerCallContext context) => error switch
    {
        VolumeFailure failure => new Status(CodeOf(failure.Kind), failure.Message),
        OperationCanceledException when context.CancellationToken.IsCancellationRequested => new Status(StatusCode.Cancelled, "the caller gave up"),
        OperationCanceledException => new Status(StatusCode.Unavailable, "the driver is being stopped; it is tried again by itself"),
        PosixException { Errno: Errno.ENOSPC or Errno.EDQUOT } or IOException { HResult: NoSpaceResult } => new Status(StatusCode.ResourceExhausted, $"the node's disk is full: {error.Message}"),
        StratoException or IOException or UnauthorizedAccessException => new Status(StatusCode.Internal, error.Message.ReplaceLineEndings(" ")),
        _ => new Status(StatusCode.Internal, $"unexpected {error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")} (this is a bug)"),
    };

    private static StatusCode CodeOf(VolumeFailureKind kind) => kind switch
    {
        VolumeFailureKind.InvalidArgument => StatusCode.InvalidArgument,
        VolumeFailureKind.NotFound => StatusCode.NotFound,
        VolumeFailureKind.AlreadyExists => StatusCode.AlreadyExists,
        VolumeFailureKind.PermissionDenied => StatusCode.PermissionDenied,
        VolumeFailureKind.FailedPrecondition => StatusCode.FailedPrecondition,
        VolumeFailureKind.Unavailable => StatusCode.Unavailable,
        VolumeFailureKind.Aborted => StatusCode.Aborted,
        VolumeFailureKind.DeadlineExceeded => StatusCode.DeadlineExceeded,
        VolumeFailureKind.ResourceExhausted => StatusCode.ResourceExhausted,
        VolumeFailureKind.OutOfRange => StatusCode.OutOfRange,
        _ => StatusCode.Internal,
    };

    [LoggerMessage(1, LogLevel.Warning, "{Method} is answered with {Code}: {Reason}")]
    private static partial void Failed(ILogger logger, string method, StatusCode code, string reason);
}
