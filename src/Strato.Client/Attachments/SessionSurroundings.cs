using Strato.Client.Mounting;
using Strato.Client.Namespace;
using Strato.Client.Revisions;
using Strato.Storage.Cache;

namespace Strato.Client.Attachments;

/// <summary>What the attachments of one mount share.</summary>
internal sealed record SessionSurroundings(
    ObjectCache Cache, OpenCatalogs OpenCatalogs, EpochCounter Epochs, ClientCounters Counters, KernelNotice Kernel, Action Save, ClientLog Log, TimeProvider Clock);
