# Serves one page for every address; what a form sends is shown on the next page.
use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalPort => 80, Listen => 9, ReuseAddr => 1) or die;
while (my $client = $server->accept) {
    my ($target) = (<$client> // '') =~ m{^GET (\S+)};
    while (defined(my $line = <$client>)) { last if $line =~ /^\r?\n$/ }
    my ($path, $query) = split /\?/, $target // '/';
    my %sent = map { my ($key, $value) = split /=/; s/\+/ /g, s/%(..)/chr hex $1/ge for $value; ($key, $value) } split /&/, $query // '';
    open my $page, '<', $path eq '/welcome' ? '/srv/welcome.html' : '/srv/form.html';
    my $html = join '', <$page>;
    $html =~ s/\[(\w+)\]/$sent{$1} \/\/ ''/ge;
    print $client "HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n$html";
    close $client;
}
