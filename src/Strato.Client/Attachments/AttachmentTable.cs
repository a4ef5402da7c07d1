namespace Strato.Client.Attachments;

/// <summary>The attachments of one mount by their numbers. Numbers are never used twice. Safe on all threads.</summary>
internal sealed class AttachmentTable
{
    private readonly Lock growth = new();
    private Attachment[] attachments = [];

    /// <summary>All of them, in the order of their numbers.</summary>
    public ReadOnlySpan<Attachment> All => Volatile.Read(ref attachments);

    /// <summary>The number that the next attachment must have.</summary>
    public ushort NextNumber => checked((ushort)Volatile.Read(ref attachments).Length);

    /// <summary>Finds an attachment; null for a number that none has, as in a table from another process.</summary>
    public Attachment? Find(ushort number)
    {
        Attachment[] known = Volatile.Read(ref attachments);
        return number < known.Length ? known[number] : null;
    }

    public void Add(Attachment attachment)
    {
        lock (growth)
        {
            ArgumentOutOfRangeException.ThrowIfNotEqual(attachment.Number, NextNumber);
            Volatile.Write(ref attachments, [.. attachments, attachment]);
        }
    }
}
