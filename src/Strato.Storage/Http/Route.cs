namespace Strato.Storage.Http;

/// <summary>The way that a request takes.</summary>
/// <param name="Server">The index of the server.</param>
/// <param name="ServerUrl">Its base address, without a slash at the end.</param>
/// <param name="Proxy">The proxy to ask.</param>
/// <param name="Turn">Which of the table's switches came before: a failure on a way that was left already switches nothing more.</param>
/// <param name="IsDetour">True where one request goes another way than the others, because it has failed on theirs.</param>
internal readonly record struct Route(int Server, string ServerUrl, Proxy Proxy, long Turn, bool IsDetour = false);
