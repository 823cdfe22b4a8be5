"""Sentences of a clerk's ordinary life, written before looking at what the program understands: none decides."""

SENTENCES: tuple[str, ...] = tuple(
    line.strip()
    for line in """
    Ngày 15/5 xã sẽ báo cáo Huyện ủy về công tác chuẩn bị đại hội.
    Chiều 14/5 UBND xã họp giao ban, anh chị nào rảnh thì qua dự.
    Sáng thứ Hai tuần sau xã tiếp đoàn công tác của Sở, em không có mặt ở cơ quan.
    Em xin nghỉ phép 2 ngày, từ 12/5 đến 13/5, để về quê có việc gia đình.
    Cho em xin thêm 2 ngày nghỉ phép để đưa cháu đi khám.
    Chị Hoa nghỉ thai sản đến hết tháng 9, việc của chị em làm thay.
    Tuần này cán bộ địa chính đi tập huấn ở tỉnh, thứ Sáu mới về.
    Xã sẽ hoàn thành đường liên thôn trước ngày 15/5.
    Nhà văn hóa thôn Xóm Bợc dự kiến bàn giao ngày 20/5.
    Kính đề nghị huyện gia hạn thời gian thi công nhà văn hóa thôn thêm 10 ngày.
    Đơn vị thi công xin lùi tiến độ đổ bê tông sang tuần sau vì mưa.
    Cầu tràn thôn Thúc bị ngập, công trình phải dừng 5 ngày.
    Cảm ơn Phòng Nội vụ đã hướng dẫn tận tình.
    Em cảm ơn chị ạ.
    Đã nhận được thư của quý Phòng.
    Vâng ạ.
    Em đã nhận, em báo lại lãnh đạo.
    Chúc các anh chị cuối tuần vui vẻ.
    Chúc mừng ngày thành lập ngành, kính chúc quý cơ quan nhiều sức khỏe.
    Kính gửi thiệp mời dự khai giảng ngày 5/9.
    Ngày 16/5 trường tổ chức tổng kết năm học, kính mời Phòng đến dự.
    Xã Vĩnh Hà đã nộp báo cáo chưa anh?
    Anh cho em hỏi bên thị trấn Hồ Xá họ điền mục này thế nào?
    Xã bên xin gia hạn đến 20/5 mà Phòng đã cho chưa ạ?
    Nghe nói Vĩnh Hà hẹn ngày 19 mới gửi, có đúng không chị?
    Mục DX02 ghi số vụ hay số người ạ?
    Phiếu này tính số liệu từ ngày nào đến ngày nào?
    Em mở tệp thì Excel báo lỗi, Phòng xem giúp.
    Cho em hỏi phiếu có cần đóng dấu không?
    Ai ký phiếu này, Chủ tịch hay Phó Chủ tịch?
    Hạn nộp là ngày nào vậy anh?
    Hạn nộp 16/5 là tính cả thứ Bảy hay sao ạ?
    Nếu nộp chậm 3 ngày thì có bị trừ điểm không?
    Có được gia hạn thêm không nếu Chủ tịch đi vắng?
    Trường hợp xin gia hạn thì làm văn bản hay trả lời thư này?
    Xin hỏi đồng chí phụ trách số điện thoại bao nhiêu để liên hệ.
    Số điện thoại của em là 0912 345 678, có gì chị gọi em.
    Em chuyển công văn của Phòng cho đồng chí Chủ tịch rồi.
    Chuyển đồng chí Mận xử lý trước ngày 14/5.
    Văn phòng chuyển tiếp công văn số 45/UBND-NV để đồng chí tham mưu, báo cáo trước 10/5.
    Đề nghị bộ phận một cửa tổng hợp, gửi lại văn phòng chậm nhất 17 giờ ngày 13/5.
    Fwd: yêu cầu các thôn nộp danh sách hộ nghèo trước ngày 12/5.
    Chuyển tiếp để biết.
    Kính chuyển lãnh đạo xem xét, cho ý kiến.
    Chủ tịch xã phê: giao văn phòng thực hiện đúng hạn.
    Đồng chí Phó Chủ tịch yêu cầu rà lại số liệu trước khi gửi.
    Em đang chờ lãnh đạo ký.
    Lãnh đạo đi họp trên tỉnh đến thứ Năm mới về ký được.
    Xã đang tập trung chống hạn, nhân lực mỏng, mong Phòng thông cảm.
    Mấy hôm nay xã mất điện liên tục do sửa đường dây.
    Bão số 3 vào, xã đang sơ tán dân, mọi việc khác tạm gác.
    Máy tính của văn phòng hỏng, đang mang đi sửa, hẹn ngày 15 lấy về.
    Thợ hẹn 14/5 đến lắp máy in mới.
    Mạng của xã bị đứt cáp, nhà mạng báo ngày 13 mới nối xong.
    Hộp thư của em gần đầy, em dọn bớt đã.
    Em đổi điện thoại nên mấy hôm nay không xem thư.
    Em mới nhận bàn giao việc này từ anh Tư, đang đọc lại hồ sơ.
    Anh Tư chuyển sang làm địa chính từ đầu tháng rồi ạ.
    Từ 1/6 đồng chí Nam sẽ phụ trách nội vụ thay em.
    Xã sáp nhập thôn, danh sách thôn thay đổi từ 1/7.
    Ngày 18/5 xã tổ chức hội nghị đối thoại với Nhân dân.
    Hội nghị nhân dân thôn Hiền Lương dời sang 21/5.
    Mặt trận xã giám sát việc niêm yết, kết quả có vào cuối tháng.
    Ban Thanh tra nhân dân họp ngày 17/5.
    Thường trực HĐND xã đề nghị lùi phiên giám sát đến 22/5.
    Xin lùi buổi làm việc với đoàn kiểm tra sang ngày 28/5.
    Đoàn của Phòng xuống ngày nào để xã chuẩn bị?
    Kính mời đoàn dùng cơm trưa tại xã hôm 20/5.
    Xã gửi kèm giấy mời họp ngày 15/5.
    Em gửi báo cáo cải cách hành chính quý I, anh xem giúp.
    Báo cáo tháng 4 xã đã gửi qua trục văn bản.
    Đã nộp bản giấy tại văn thư huyện sáng nay.
    Bản giấy xã sẽ gửi bưu điện hôm sau.
    Xã gửi thiếu phụ lục, mai em gửi bổ sung phụ lục của báo cáo tháng.
    Hôm qua em gửi nhầm tệp của đơn vị khác, mong Phòng bỏ qua.
    Tệp hôm trước em gửi sai số liệu mục 3 nhưng chưa sửa được.
    Số liệu tài chính kế toán chưa chốt.
    Kế toán nói 19/5 mới quyết toán xong.
    Ngày 15/5 đơn vị nộp thuế, xin nghỉ tiếp đoàn.
    Xã xin gia hạn thời gian nộp quỹ Vì người nghèo thêm 5 ngày.
    Thôn đề nghị gia hạn 7 ngày cho hộ ông Ba nộp tiền đất.
    Đề nghị gia hạn hợp đồng lao động cho chị Lan thêm 12 tháng.
    Thẻ bảo hiểm của em hết hạn, xin gia hạn đến cuối năm.
    Chữ ký số của xã hết hạn ngày 14/5, đang xin cấp lại.
    Đề nghị Phòng gia hạn tài khoản phần mềm báo cáo thêm 3 ngày.
    Giấy phép xây dựng của hộ bà Tám xin gia hạn thêm 6 tháng.
    Xã không xin gia hạn.
    Phòng không cần gia hạn cho xã đâu ạ, xã làm kịp.
    Em tưởng đã được gia hạn đến 25/5 rồi.
    Hạn cũ là 16/5, sao thư ghi 15/5?
    Nếu trời không mưa thì tuần sau xã bắt đầu phát quang đường.
    Cuối tháng xã mới họp hội đồng thi đua.
    Thứ Sáu này họp chi bộ, em bận cả ngày.
    Ngày mai em lên huyện, có gì trao đổi trực tiếp.
    Ngày kia em ghé Phòng lấy giấy khen.
    Mai em qua nộp hồ sơ nâng lương cho chị Đào.
    Hồ sơ khen thưởng hạn 20/5 xã gửi rồi nhé.
    Xã đề nghị khen thưởng 3 tập thể, 5 cá nhân.
    Danh sách cử tri xã chốt ngày 19/5.
    Sẽ gửi danh sách đi học lớp trung cấp trước ngày 17/5.
    Trường sẽ gửi kế hoạch tuyển sinh cho Phòng Giáo dục ngày 15/5.
    Công ty trả lương ngày 15 hằng tháng.
    Công đoàn công ty họp người lao động ngày 23/5.
    Giám đốc đi công tác nước ngoài đến 30/5.
    Công ty chúng tôi đã giải thể chi nhánh tại huyện.
    Đơn vị có 12 lao động, như vậy có phải làm phiếu không?
    Doanh nghiệp chúng tôi không có tổ chức công đoàn thì ghi thế nào?
    Kính đề nghị Phòng gửi văn bản hướng dẫn Nghị định 59.
    Luật 10/2022 quy định ở điều mấy vậy anh?
    Theo khoản 2 Điều 11 thì phải niêm yết bao nhiêu ngày?
    Xã niêm yết 30 ngày, từ 1/4 đến 30/4.
    Việc niêm yết tại thôn Mới phải kéo thêm 5 ngày.
    Dân đề nghị kéo dài thời gian lấy ý kiến đến 25/5.
    Kiến nghị của bà con về bãi rác xã đã ghi nhận.
    Xã đã trả lời đơn của ông Sáu ngày 8/5.
    Xã sẽ trả lời đơn của ông Sáu vào ngày 18/5.
    Ông Sáu hẹn 17/5 lên xã làm việc.
    Tòa hẹn ngày 14/5 xét xử vụ tranh chấp.
    Bên điện lực hẹn 15/5 cắt điện, trả lời bằng văn bản sau.
    Kho bạc báo 16/5 khóa sổ chi.
    Huyện đội gọi tập huấn dân quân đến 20/5.
    Trạm y tế xin thêm 3 ngày để tiêm đủ mũi cho các cháu.
    Các thôn xin thêm thời gian để thu quỹ phòng chống thiên tai.
    Xin thêm 2 phiếu in sẵn để phát cho các thôn.
    Xin thêm một bản mềm của kế hoạch.
    Cho xã xin lại mẫu phiếu năm ngoái để đối chiếu.
    Gửi giúp em văn bản số 12 của UBND huyện.
    Anh gửi lại em cái đường dẫn họp trực tuyến.
    Cuộc họp trực tuyến 14 giờ ngày 13/5 em không vào được.
    Em xin vắng buổi họp ngày 14/5.
    Em nghỉ ốm, chắc tuần sau đi làm lại.
    Hiện tôi đang điều trị ở bệnh viện tỉnh.
    Bố em mất, em xin nghỉ đến 20/5.
    Kính viếng hương hồn cụ, xin chia buồn cùng gia đình.
    Xã xin đăng cai giải bóng chuyền ngày 19/5.
    Ngày 19/5 mít tinh kỷ niệm ngày sinh Bác.
    Đoàn thanh niên ra quân làm sạch biển thứ Bảy này.
    Lễ hội cầu ngư của xã diễn ra ngày 22/5.
    Đang mùa gặt, bà con bận ngoài đồng, khó mời họp.
    Vụ hè thu xã xuống giống trước 25/5.
    Lịch cắt nước thủy lợi đến 18/5.
    Dịch tả lợn đang lan, xã lập chốt kiểm dịch.
    Xã tiêm phòng đợt 2 xong trước 20/5.
    Đề nghị huyện hỗ trợ kinh phí sửa trụ sở.
    Máy phát điện của xã cần thay, dự toán 40 triệu.
    Xã đã chuyển tiền mua sách pháp luật.
    Hóa đơn em gửi sau, chậm nhất ngày 16.
    Sẽ có ngay ạ.
    Để em xem đã.
    Em làm đây.
    Tuần sau em rảnh hơn.
    Chắc phải vài hôm nữa mới xong việc ở thôn.
    Em đang làm dở thì bị gọi đi họp.
    Mới điền được một nửa thì máy treo.
    Phần 1 em điền rồi, phần 2 hỏi thôn đã.
    Thôn trưởng bảo mai đưa số liệu hộ nghèo.
    Đợi Công an xã cung cấp số liệu tạm trú.
    Tư pháp xã nói 17/5 có số liệu hòa giải.
    Xã đã hoàn thành 80% kế hoạch chuyển đổi số.
    Bên em chưa có ai làm mảng này.
    Việc này thuộc Phòng Tư pháp chứ không phải xã.
    Đơn vị em không thuộc đối tượng của kế hoạch này.
    Năm ngoái xã làm phiếu khác cơ mà.
    Phiếu dài quá, điền mất cả buổi.
    Chữ trong tệp nhỏ quá, khó đọc.
    Tệp bị khóa, em không gõ được vào ô nào.
    Em in ra, lãnh đạo ký, rồi scan gửi được không?
    Gửi qua Zalo cho anh được không?
    Phòng có nhóm Zalo không cho em vào với.
    Em gửi vào Zalo của chị Châu rồi đấy ạ.
    Anh Nam bên Phòng bảo xã làm sau cũng được.
    Chị Châu nói miệng là cho xã thêm 5 ngày.
    Hôm họp giao ban đồng chí Phó Chủ tịch đồng ý cho lùi.
    Theo kết luận họp ngày 5/5 thì các xã báo cáo trước 30/5.
    Công văn mới của tỉnh yêu cầu nộp trước 25/5.
    Tỉnh dời ngày kiểm tra sang 26/5.
    Lịch tiếp dân tháng 5 của Chủ tịch: ngày 15.
    Xin phép Phòng cho xã tổ chức hội nghị vào ngày 17/5.
    Tôi là Hồ Thị Mận, công chức văn phòng xã Vĩnh Ô.
    Tôi không phải người phụ trách việc này, xin đừng gửi thư cho tôi.
    Thư này gửi nhầm địa chỉ, tôi làm ở công ty khác.
    Đề nghị gửi cho đồng chí Lâm, Chủ tịch UBND xã.
    Xin cung cấp tài khoản để chuyển tiền ủng hộ bão lụt.
    Trân trọng kính báo.
    Kính trình Chủ tịch UBND huyện xem xét.
    Nhờ Phòng xác nhận giúp đã nhận được công văn 32 của xã.
    Xã đã khắc phục xong biển tên đường bị đổ.
    Biên bản cuộc họp ngày 6/5 em gửi trong thư trước.
    Không có gì thay đổi so với năm trước.
    Đồng ý với dự thảo.
    Nhất trí, không có ý kiến gì thêm.
    Không đồng ý với kết luận ở mục 4.
    Xã đề nghị xem lại điểm chấm năm 2024.
    Sao xã em bị 65 điểm vậy ạ?
    OK anh.
    Đã xong.
    Tôi trả lời sau.
    Ok, thứ 5 nhé.
    15/5 nha chị.
    Em hứa không để chậm như lần trước nữa đâu ạ.
    Hẹn gặp anh chị hôm họp tổng kết 23/5.
    Hẹn chị chiều mai cà phê rồi nói chuyện.
    Mong Phòng thông cảm cho xã vùng cao.
    Xe của xã hỏng, 15/5 chưa chắc lên được huyện.
    Ngày 12/5 mất nước, trụ sở đóng cửa buổi chiều.
    """.splitlines()
    if line.strip()
)
