using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Strato.Hosting.Http;
using Strato.Publishing.Repositories;
using Strato.Testing.Golden;
using Strato.Web.Origin;

namespace Strato.FunctionalTests.Web;

/// <summary>An origin on a free port of the loopback, over a home with a copy of a golden repository.</summary>
public sealed class OriginFixture : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("strato-origin-");
    private HomeRepositories? repositories;
    private HttpServer? server;

    public string Home => folder.FullName;

    public GoldenRepository Golden { get; } = GoldenRepository.Sha1;

    public string Storage => Path.Combine(Home, "srv", "cvmfs", Golden.Name);

    public IPEndPoint EndPoint => server!.EndPoint;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>A chunk of the golden repository and its bytes.</summary>
    public (string Key, byte[] Bytes) SomeObject
    {
        get
        {
            string file = Directory.EnumerateFiles(Path.Combine(Storage, "data"), "*P", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
            return (Path.GetRelativePath(Storage, file), File.ReadAllBytes(file));
        }
    }

    public async ValueTask InitializeAsync()
    {
        AddRepository(Golden);
        repositories = new HomeRepositories(new RepositoryHome(Home));
        OriginHandler handler = new(repositories, () => OriginMeta.Read(Home), NullLogger.Instance);
        server = await HttpServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            handler.HandleAsync,
            NullLoggerFactory.Instance,
            new HttpServerLimits { RequestHeaders = TimeSpan.FromMilliseconds(300) });
        Client.BaseAddress = new Uri($"http://{EndPoint}/");
    }

    /// <summary>Makes a repository in the home of a golden one's storage.</summary>
    public void AddRepository(GoldenRepository golden)
    {
        RepositoryPlaces places = new RepositoryHome(Home).Places(golden.Name);
        Directory.CreateDirectory(Path.GetDirectoryName(places.DefaultStorage)!);
        golden.CopyStorage(places.DefaultStorage);
        Directory.CreateDirectory(places.Folder);
        File.WriteAllBytes(places.Settings, SettingsFile.Format(new RepositorySettings { Name = golden.Name, Storage = places.DefaultStorage }));
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(method, path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        if (repositories is not null)
        {
            await repositories.DisposeAsync();
        }

        folder.Delete(recursive: true);
    }
}
