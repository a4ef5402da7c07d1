using Strato.Client.Namespace;
using Strato.Client.Reading;
using Strato.Client.Xattrs;

namespace Strato.Client.Requests;

/// <summary>What answers the kernel, each for its kind of request.</summary>
internal sealed record RequestHandlers(
    NamespaceRequests Names, DirectoryRequests Directories, OpenRequests Opens, ReadRequests Reads, XattrRequests Xattrs, StatusRequests Status);
