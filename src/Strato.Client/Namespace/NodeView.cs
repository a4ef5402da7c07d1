using Strato.Client.Attachments;
using Strato.Client.Nodes;
using Strato.Client.Revisions;

namespace Strato.Client.Namespace;

/// <summary>One node as one request sees it: a copy of its record, and the revision that its attachment showed when the request began.</summary>
internal readonly struct NodeView
{
    public readonly NodeRecord Record;

    public NodeView(NodeRecord record, Attachment attachment, Revision revision)
    {
        Record = record;
        Attachment = attachment;
        Revision = revision;
    }

    public Attachment Attachment { get; }

    public Revision Revision { get; }

    /// <summary>True where the record is what the revision says; otherwise it is of an earlier one and has to be looked at again.</summary>
    public bool IsCurrent => Record.Epoch == Revision.Epoch;
}
