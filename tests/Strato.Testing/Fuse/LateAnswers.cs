using Strato.Fuse;
using Strato.Fuse.Protocol;

namespace Strato.Testing.Fuse;

/// <summary>Answers deferred requests from another thread after a delay, as a fetch of missing content does.</summary>
public sealed class LateAnswers(TimeSpan delay)
{
    public void Add(FuseCompletion completion, LateAnswer answer)
    {
        Timer? timer = null;
        timer = new Timer(
            _ =>
            {
                timer?.Dispose();
                Answer(completion, answer);
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private static void Answer(FuseCompletion completion, in LateAnswer answer)
    {
        switch (answer.Kind)
        {
            case LateKind.Entry:
                completion.Entry(answer.Entry);
                break;
            case LateKind.Attributes:
                FuseAttrOut attributes = new() { AttributesValid = answer.Entry.AttributesValid, Attributes = answer.Entry.Attributes };
                completion.Attributes(attributes);
                break;
            case LateKind.Opened:
                completion.Opened(new FuseOpenOut { Flags = FuseOpenFlags.NoFlush });
                break;
            default:
                completion.Data(answer.Content.AsSpan(answer.Start, answer.Length));
                break;
        }
    }
}
